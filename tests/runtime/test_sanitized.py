"""The whole runtime under AddressSanitizer and UBSan, running the tests' program."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from oxidize.binary.embed import embed_elf, find_payload
from oxidize.distributions import probe
from oxidize.distributions.host import Probe, link_names
from oxidize.paths import runtime_folder
from tests import pythons
from tests.e2e.space import run
from tests.runtime.test_container_reader import SANITIZE

OPTIONS = {"ASAN_OPTIONS": "detect_leaks=0", "PYTHONMALLOC": "malloc"}


def link(python: Path, out: Path) -> None:
    """As link-runtime does, with the system's compiler and the sanitizers."""
    described = subprocess.run(
        [python, "-I", "-S", probe.__file__], capture_output=True, check=True
    ).stdout
    facts = Probe(json.loads(described))
    archive = facts.libpython_archive()
    sources = sorted(set(runtime_folder().glob("*.c")) - {runtime_folder() / "python_shared.c"})
    command = [pythons.need_tool("gcc"), "-std=gnu11", "-O1", "-g", "-no-pie", "-Wall", *SANITIZE]
    command += [*map(str, sources), *(f"-I{folder}" for folder in facts.include_folders())]
    command += ["-Wl,--whole-archive", str(archive), "-Wl,--no-whole-archive", "-rdynamic"]
    subprocess.run([*command, *(f"-l{n}" for n in link_names(facts)), "-o", out], check=True)


@pytest.fixture(scope="module", params=["3.11", "3.13"])
def sanitized(
    request: pytest.FixtureRequest,
    probes: Callable[[str], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Path]:
    """The tests' program on a sanitized runtime."""
    folder = tmp_path_factory.mktemp("sanitized")
    link(pythons.need(request.param), folder / "runtime")
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
