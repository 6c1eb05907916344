# demo and test set up what they need in .venv; PYTHON names the CPython (3.11 or newer) to use.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HELLO := samples/hello
JOBS ?= 2

.PHONY: demo test check format killed targets bench reproducible clean

demo: $(VENV)/ready
	$(BIN)/oxidize build --path $(HELLO)
	@echo
	@echo "One file, run in an empty environment:"
	env -i $$(ls $(HELLO)/build/*/debug/hello/hello) --language ja
	@echo
	$(BIN)/oxidize inspect $$(ls $(HELLO)/build/*/debug/hello/hello)

test: $(VENV)/ready check
	$(BIN)/python -m pytest -n $(JOBS) -q

# Style, types and formatting, of Python, C and Starlark.
check: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/oxidize check --strict samples stdlib_rules
	$(BIN)/clang-format --dry-run --Werror runtime/*.[ch] runtime/appimage/*.[ch] tests/runtime/*.[ch] tests/runtime/*/*.h

format: $(VENV)/ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/clang-format -i runtime/*.[ch] runtime/appimage/*.[ch] tests/runtime/*.[ch] tests/runtime/*/*.h

# Kills builds at 20 points of each kind of action, where tests do at a few (some minutes).
killed: $(VENV)/ready
	KILLS=20 $(BIN)/python -m pytest -n $(JOBS) -q tests/e2e/test_killed.py

# Builds the samples for other systems, where tests build a few programs, and distributions from
# sources (an hour or two; OXIDIZE_TEST_SOURCES may name a folder that has them).
targets: $(VENV)/ready
	TARGETS=all $(BIN)/python -m pytest -n $(JOBS) -q tests/targets

# Start-up, build times, sizes, installers and scale, as docs/measurements.md explains; the last are for the
# archives that the user's catalogue names.
bench: $(VENV)/ready
	$(BIN)/python -m tests.bench.measure
	$(BIN)/python -m tests.bench.samples
	$(BIN)/python -m tests.bench.installers
	$(BIN)/python -m tests.bench.scale
	$(BIN)/python -m tests.bench.targets

# Builds all targets of all samples twice, under unlike conditions, and compares every byte
# (some minutes). A target `dist` is a distribution, which can't be built by itself.
reproducible: $(VENV)/ready
	set -e; for file in samples/*/build.star samples/migrating/*/build.star; do \
		sample=$$(dirname $$file); echo "$$sample:"; \
		$(BIN)/oxidize verify -q --locked --path $$sample \
			$$($(BIN)/oxidize targets --names --path $$sample | grep -vx dist); \
	done

$(VENV)/ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) build dist samples/*/build samples/migrating/*/build
