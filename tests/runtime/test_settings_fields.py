"""CONFIG as CPython's configuration, under AddressSanitizer and UBSan."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oxidize.objects.interpreter_settings import INTERPRETER_SETTINGS
from oxidize.paths import runtime_folder
from oxidize.resources.model import ConfigValue, Resources
from oxidize.resources.writer import write_container
from tests import pythons
from tests.e2e.reconfigured import values
from tests.runtime.building import link

SOURCES = ("allocators", "container", "fields", "interpreter", "paths", "program_linux", "settings")
# Settings that take no container's value: documentation, and what needs nothing done.
UNREAD = {"allocator_raw", "legacy_windows_fs_encoding", "legacy_windows_stdio"}


@pytest.fixture(scope="module", params=["3.11", "3.13"])
def probe(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program that shows the configuration."""
    out = tmp_path_factory.mktemp("settings") / "probe"
    own = Path(__file__).with_name("settings_probe.c")
    link(
        pythons.need(request.param),
        out,
        [own, *(runtime_folder() / f"{name}.c" for name in SOURCES)],
    )
    return out


def ask(probe: Path, config: dict[str, ConfigValue]) -> subprocess.CompletedProcess[str]:
    """What the program makes of a CONFIG."""
    container = probe.with_name("container")
    with container.open("w+b") as out:
        write_container(Resources(config=config), out)
    return subprocess.run(
        [probe, container],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        env={"ASAN_OPTIONS": "detect_leaks=0"},
    )


@pytest.mark.parametrize("name", ["dump_refs", "show_ref_count", "pathconfig_warnings"])
def test_value(probe: Path, name: str) -> None:
    """What shows nothing in an ordinary build reaches CPython's configuration."""
    for value in (True, False):
        assert f"{name}={int(value)}\n" in ask(probe, values({name: value})).stdout


def test_defaults(probe: Path) -> None:
    """The isolated profile keeps its folder off sys.path; paths are the program's."""
    told = ask(probe, values({})).stdout
    assert told.endswith("home=/folder\nexecutable=/folder/program\nsafe_path=1\n")
    assert "safe_path=0" in ask(probe, values({"config_profile": "python"})).stdout


def test_all_settings_are_read() -> None:
    """The runtime knows each setting by its name."""
    table = (runtime_folder() / "fields.c").read_text()
    known = set(re.findall(r"^ +(?:OWN|PRE|CONFIG|RUN)\((\w+),", table, re.MULTILINE))
    assert known | UNREAD == {row.name for row in INTERPRETER_SETTINGS} | UNREAD


BAD = {
    "hash_seed": ["", "-1", "x", "1x", " 1", "4294967296", "9" * 40],
    "verbose": ["", "2", "-1", "true", "00"],
    "optimization_level": ["3", "10"],
    "allocator": ["", "7", "jemalloc"],
    "config_profile": ["", "1"],
    "parse_argv": ["-1"],
}


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, vs in BAD.items() for v in vs])
def test_bad_value(probe: Path, name: str, value: str) -> None:
    """A setting that can't be is damage, told in one line."""
    done = ask(probe, {**values({}), name: value})
    assert (done.returncode, done.stderr) == (1, f"setting {name} is damaged\n")


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.dictionaries(
        st.sampled_from(sorted(row.name for row in INTERPRETER_SETTINGS)),
        st.one_of(
            st.sampled_from(["0", "1", "$ORIGIN", "$ORIGIN:$ORIGIN/a$ORIGI", "static:", "C", "é"]),
            st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
            st.lists(st.sampled_from(["$ORIGIN", "", "x"]), max_size=3),
        ),
    )
)
def test_any_value(probe: Path, config: dict[str, ConfigValue]) -> None:
    """No value of any setting makes a memory error; all are taken, or refused by name."""
    done = ask(probe, config)
    assert done.returncode in (0, 1), done.stderr
    assert "Sanitizer" not in done.stderr
    assert "runtime error" not in done.stderr
