"""The whole runtime under AddressSanitizer and UBSan, running the tests' program."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from oxidize.actions.link_runtime import is_source
from oxidize.binary.embed import embed_elf
from oxidize.binary.payload import find_payload
from oxidize.paths import runtime_folder
from tests import pythons
from tests.e2e.reconfigured import Reconfigurable, values
from tests.e2e.space import run
from tests.runtime.building import link

OPTIONS = {"ASAN_OPTIONS": "detect_leaks=0", "PYTHONMALLOC": "malloc"}


@pytest.fixture(scope="module", params=["3.11", "3.13"])
def sanitized(
    request: pytest.FixtureRequest,
    probes: Callable[[str], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Path]:
    """The tests' program on a sanitized runtime."""
    folder = tmp_path_factory.mktemp("sanitized")
    sources = {path for path in runtime_folder().glob("*.c") if is_source(path.name, "linux")}
    sources -= {runtime_folder() / "python_shared.c"}
    link(pythons.need(request.param), folder / "runtime", sorted(sources))
    payload = bytes(find_payload(probes(request.param).read_bytes()))
    program = folder / "probe"
    program.write_bytes(b"".join(embed_elf((folder / "runtime").read_bytes(), payload)))
    program.chmod(0o755)
    yield program


CHECKS = ("identity", "resources", "modules", "extensions", "fail", "fail_import", "everything")


@pytest.mark.parametrize("check", CHECKS)
def test_no_complaint(sanitized: Path, check: str) -> None:
    """Importing, data, extension modules and tracebacks make no memory error."""
    # ASan's own interceptor of crypt() would call NULL, as libcrypt is loaded after it.
    without = ("crypt", "_crypt") if check == "everything" else ()
    done = run(sanitized, check, *without, env=OPTIONS)
    assert b"Sanitizer" not in done.stderr, done.stderr.decode()
    assert b"runtime error" not in done.stderr, done.stderr.decode()
    assert done.returncode == (1 if check.startswith("fail") else 0)


SETTINGS: tuple[dict[str, object], ...] = (
    {"argvb": True, "sys_meipass": True, "module_search_paths": ["$ORIGIN/a$ORIGIN", ""]},
    {"config_profile": "python", "python_path_env": "a::$ORIGIN", "home": "/a:/b"},
    {"allocator_mem": True, "allocator_obj": True, "allocator_debug": True},
    {"allocator_pymalloc_arena": True, "multiprocessing_start_method": "spawn"},
    {"write_modules_directory_env": "HOME", "terminfo_resolution": "static:$ORIGIN"},
    {"parse_argv": True, "warn_options": ["error"], "x_options": ["é"], "site_import": True},
)
USES = """
import builtins, curses, multiprocessing, readline, sys
multiprocessing.get_start_method()
try:
    curses.setupterm("oxide")
except curses.error:
    pass
del builtins.quit
print(exit, help)
"""


@pytest.mark.parametrize("each", SETTINGS, ids=lambda each: next(iter(each)))
def test_no_complaint_with_settings(sanitized: Path, each: dict[str, object]) -> None:
    """What settings turn on, and builtins of `site`, make no memory error."""
    config = values({**each, "run_module": "probe"})
    program = Reconfigurable.of(sanitized).write(sanitized.with_name("other"), config)
    done = run(program, "execute", USES, env={**OPTIONS, "HOME": str(sanitized.parent)})
    assert b"Sanitizer" not in done.stderr, done.stderr.decode()
    assert b"runtime error" not in done.stderr, done.stderr.decode()
    assert (done.returncode, b"help(object)" in done.stdout) == (0, True), done.stderr.decode()
