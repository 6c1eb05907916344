"""What a build file asks for becomes a section of the lock."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from oxidize.errors import ActionError, UsageError
from tests.packages import wheels
from tests.packages.space import Packages, unchanged

ROOT = Path(__file__).parents[2]


def test_dependencies_too(space: Packages) -> None:
    """The lock has each package that is needed, with its version and hash."""
    space.wheel("alpha", "1.0", requires=["beta>=1"])
    beta = space.wheel("beta", "1.5")
    space.wants("alpha")
    assert space.lock() == 1
    assert space.versions() == {"alpha": "1.0", "beta": "1.5"}
    assert space.section().packages[1].sha256 == (wheels.sha256(beta),)


def test_no_place_is_named(space: Packages) -> None:
    """Where packages come from isn't in the lock, so that it's the same everywhere."""
    space.wheel("alpha", "1.0")
    space.wants("alpha")
    space.lock()
    text = space.lock_file.read_text()
    assert "house" not in text
    assert "://" not in text


def test_up_to_date(space: Packages) -> None:
    """A section that answers what is asked isn't resolved again, whatever is new."""
    space.wheel("alpha", "1.0")
    space.wants("alpha")
    space.lock()
    space.wheel("alpha", "2.0")
    with unchanged(space.lock_file):
        assert space.lock() == 0


def test_only_the_changed_section(space: Packages) -> None:
    """A changed requirement resolves its own target's section only."""
    for version in ("1.0", "2.0"):
        space.wheel("alpha", version)
    space.wants("alpha<2", target="one")
    space.wants("alpha<2", target="two")
    assert space.lock() == 2
    space.build_file.pop()
    space.wants("alpha", target="two")
    assert space.lock() == 1
    assert space.versions("one") == {"alpha": "1.0"}


def test_versions_are_kept(space: Packages) -> None:
    """A new requirement leaves the versions of the others alone."""
    space.wheel("alpha", "1.0")
    space.wants("alpha")
    space.lock()
    space.wheel("alpha", "2.0")
    space.wheel("beta", "1.0")
    space.build_file.clear()
    space.wants("alpha", "beta")
    space.lock()
    assert space.versions() == {"alpha": "1.0", "beta": "1.0"}


def test_upgrade(space: Packages) -> None:
    """Upgrading takes newer versions: of all packages, or of those that are named."""
    for name in ("alpha", "beta"):
        space.wheel(name, "1.0")
    space.wants("alpha", "beta")
    space.lock()
    for name in ("alpha", "beta"):
        space.wheel(name, "2.0")
    space.lock(upgrade=("beta",))
    assert space.versions() == {"alpha": "1.0", "beta": "2.0"}
    space.lock(upgrade=())
    assert space.versions() == {"alpha": "2.0", "beta": "2.0"}


def test_calls_resolve_together(space: Packages) -> None:
    """All calls of a target agree on versions, and so do its distribution's."""
    for version in ("1.0", "2.0"):
        space.wheel("alpha", version)
    house = '"--no-index", "-f", "house"'
    space.house.mkdir(exist_ok=True)
    space.wants_calls(f'pip_install([{house}, "alpha"])\npip_download(["alpha<2"])')
    space.lock()
    assert space.versions() == {"alpha": "1.0"}


def test_markers(space: Packages) -> None:
    """One section serves all systems: what only some of them need has a marker."""
    for name in ("alpha", "beta", "gamma"):
        space.wheel(name, "1.0")
    space.wants("alpha", "beta; sys_platform == 'win32'", "gamma; python_version < '3'")
    space.lock()
    markers = {package.name: package.marker for package in space.section().packages}
    assert markers == {"alpha": "", "beta": "sys_platform == 'win32'"}


def test_constraints_and_extras(space: Packages) -> None:
    """Constraints limit what isn't asked for directly; extras bring what they need."""
    space.wheel("alpha", "1.0", requires=["beta; extra == 'more'"], extras=["more"])
    for version in ("1.0", "2.0"):
        space.wheel("beta", version)
    (space.root / "limits.txt").write_text("beta<2  # not yet\n")
    space.wants("alpha[more]", "-c", "limits.txt")
    space.lock()
    assert space.versions() == {"alpha": "1.0", "beta": "1.0"}


def test_prereleases(space: Packages) -> None:
    """Pre-releases are taken only with --pre."""
    space.wheel("alpha", "1.0")
    space.wheel("alpha", "2.0rc1")
    space.wants("alpha")
    space.lock()
    assert space.versions() == {"alpha": "1.0"}
    space.build_file.clear()
    space.wants("alpha>=1.1", "--pre")
    space.lock()
    assert space.versions() == {"alpha": "2.0rc1"}


def test_local_project(space: Packages) -> None:
    """A local project's needs resolve with the rest, and again when they change."""
    for name in ("alpha", "beta"):
        space.wheel(name, "1.0")
    wheels.make_project(space.root / "mine", "mine", requires=["alpha"])
    space.wants("./mine")
    space.lock()
    assert space.versions() == {"alpha": "1.0", "mine": ""}
    assert space.section().packages[1].path == "./mine"
    wheels.make_project(space.root / "mine", "mine", "2.0", requires=["alpha"])
    assert space.lock() == 0
    wheels.make_project(space.root / "mine", "mine", "2.0", requires=["beta"])
    assert space.lock() == 1
    assert space.versions() == {"beta": "1.0", "mine": ""}


def test_warnings(space: Packages) -> None:
    """What uv warns of is told, such as an extra that a package doesn't have."""
    space.wheel("alpha", "1.0")
    space.wants("alpha[nope]")
    space.lock()
    (warning,) = (line for line in space.told.getvalue().splitlines() if "warning" in line)
    assert warning.startswith("warning: ")
    assert "`nope`" in warning


def test_given_hashes(space: Packages) -> None:
    """Hashes in a file of requirements are the only ones that the lock allows."""
    wheel = space.wheel("alpha", "1.0")
    space.wheel("alpha", "1.0", tag="py3-none-linux_x86_64")
    (space.root / "pins.txt").write_text(f"alpha==1.0 \\\n  --hash=sha256:{wheels.sha256(wheel)}\n")
    space.wants("-r", "pins.txt")
    space.lock()
    (package,) = space.section().packages
    assert package.sha256 == (wheels.sha256(wheel),)


def test_hash_of_another_file(space: Packages) -> None:
    """A hash that no file of the chosen version has is refused where it is written."""
    other = space.wheel("alpha", "2.0")
    there = space.wheel("alpha", "1.0")
    pins = f"# pins\nalpha==1.0 --hash=sha256:{wheels.sha256(other)}\n"
    (space.root / "pins.txt").write_text(pins)
    space.wants("-r", "pins.txt")
    with pytest.raises(ActionError) as caught:
        space.lock()
    told = caught.value.diagnostic
    assert told.message == "no file of alpha 1.0 has a hash that is given in pins.txt:2"
    assert wheels.sha256(there) in told.notes[0]
    assert told.span is not None
    assert not space.lock_file.exists()
    (space.root / "pins.txt").write_text(f"{pins.strip()} --hash=sha256:{wheels.sha256(there)}\n")
    space.lock()
    assert space.section().packages[0].sha256 == (wheels.sha256(there),)


def test_pylock(space: Packages) -> None:
    """A pylock.toml is taken over as it is, without asking any index."""
    rows = "".join(
        f'\n[[packages]]\nname = "{name}"\nversion = "1.0"\n{more}wheels = '
        f'[{{ name = "{name}-1.0-py3-none-any.whl", hashes = {{ sha256 = "{letter * 64}" }} }}]\n'
        for name, letter, more in (
            ("alpha", "a", ""),
            ("beta", "b", "marker = \"sys_platform == 'win32'\"\n"),
        )
    )
    text = f'lock-version = "1.0"\ncreated-by = "someone"\n{rows}'
    (space.root / "pylock.toml").write_text(text)
    space.wants("-r", "pylock.toml")
    space.lock()
    first, second = space.section().packages
    assert (first.name, first.version, first.sha256) == ("alpha", "1.0", ("a" * 64,))
    assert (second.name, second.marker) == ("beta", "sys_platform == 'win32'")


def test_uv_lock(space: Packages) -> None:
    """What a uv.lock pins for its project is taken over, without the groups for developing."""
    source = '{ registry = "https://index.invalid/simple" }'
    rows = "".join(
        f'\n[[package]]\nname = "{name}"\nversion = "1.0"\nsource = {source}\n{more}'
        f'wheels = [{{ url = "https://index.invalid/{name}-1.0-py3-none-any.whl", '
        f'hash = "sha256:{letter * 64}", size = 1 }}]\n'
        for name, letter, more in (
            ("alpha", "a", 'dependencies = [{ name = "beta" }]\n'),
            ("beta", "b", ""),
            ("tester", "c", ""),
        )
    )
    (space.root / "uv.lock").write_text(
        f'version = 1\nrevision = 3\nrequires-python = ">=3.11"\n{rows}\n'
        '[[package]]\nname = "mine"\nversion = "1.0"\nsource = { virtual = "." }\n'
        'dependencies = [{ name = "alpha" }]\n\n'
        '[package.dev-dependencies]\ndev = [{ name = "tester" }]\n\n'
        '[package.metadata]\nrequires-dist = [{ name = "alpha" }]\n\n'
        '[package.metadata.requires-dev]\ndev = [{ name = "tester" }]\n'
    )
    (space.root / "pyproject.toml").write_text(
        '[project]\nname = "mine"\nversion = "1.0"\nrequires-python = ">=3.11"\n'
        'dependencies = ["alpha"]\n\n[dependency-groups]\ndev = ["tester"]\n'
    )
    space.wants("-r", "uv.lock")
    space.lock()
    assert {p.name: p.sha256 for p in space.section().packages} == {
        "alpha": ("a" * 64,),
        "beta": ("b" * 64,),
    }


def test_unresolvable(space: Packages) -> None:
    """What can't be resolved is told in uv's words, at the call that asked, and changes nothing."""
    space.wheel("alpha", "1.0")
    space.wants("alpha")
    space.lock()
    space.build_file.clear()
    space.wants_calls(
        'pip_install(["--no-index", "-f", "house", "alpha"])\npip_install(["beta==7"])'
    )
    with unchanged(space.lock_file), pytest.raises(ActionError) as caught:
        space.lock()
    assert caught.value.exit_code == 1
    assert "beta" in caught.value.output
    assert "Traceback" not in caught.value.output
    span = caught.value.diagnostic.span
    assert span is not None
    assert span.line == 5


def test_other_python(space: Packages) -> None:
    """A package for another Python is told, with what to do."""
    space.wheel("alpha", "1.0", python=">=3.99")
    space.wants("alpha")
    with pytest.raises(ActionError, match="can't be resolved") as caught:
        space.lock()
    assert "3.99" in caught.value.output
    assert "another CPython" in str(caught.value.diagnostic.help)


def test_locked(space: Packages) -> None:
    """Under --locked an outdated lock is an error that says what is different."""
    for name in ("alpha", "beta"):
        space.wheel(name, "1.0")
    space.wants("alpha")
    space.lock()
    assert space.lock(locked=True) == 0
    space.build_file.clear()
    space.wants("beta")
    with unchanged(space.lock_file), pytest.raises(UsageError) as caught:
        space.lock(locked=True)
    told = caught.value.diagnostic
    assert (told.code, caught.value.exit_code) == ("OX0905", 2)
    assert [note.partition(": ")[2] for note in told.notes] == [
        "beta is new",
        "alpha is not wanted any more",
    ]


def test_offline_with_a_wheelhouse(space: Packages, tmp_path: Path) -> None:
    """Without a network, a folder of wheels is enough."""
    wheels.make_wheel(tmp_path / "wheels", "alpha", "1.0")
    space.wants_calls('pip_install(["alpha"])')
    session = space.session(offline=True, wheelhouse=(tmp_path / "wheels",))
    space.lock(session)
    assert space.versions() == {"alpha": "1.0"}
    assert "alpha.py" in space.installed(session)


def test_offline_without(space: Packages) -> None:
    """Without a network and without the package, the error says what to do."""
    space.wants_calls('pip_install(["alpha"])')
    with pytest.raises(ActionError) as caught:
        space.lock(space.session(offline=True))
    assert "--wheelhouse" in str(caught.value.diagnostic.help)


def test_credentials_stay_private(
    space: Packages, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A password is in no message and in no file, however it came in."""
    monkeypatch.setenv("SECRET_OF_MINE", "hunter2222")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    url = "http://me:${SECRET_OF_MINE}@127.0.0.1:9/simple"
    space.wants_calls(f"pip_install({json.dumps(['-i', url, 'alpha'])})")
    with pytest.raises(ActionError) as caught:
        space.lock()
    assert "127.0.0.1" in caught.value.output
    assert "hunter2222" not in caught.value.output + str(caught.value.diagnostic)
    assert not space.lock_file.exists()


def test_outside_of_targets(space: Packages) -> None:
    """Packages that all targets share are asked for once, outside of their functions."""
    space.wheel("alpha", "1.0")
    space.build_file.append(
        "dist = default_python_distribution()\n"
        'shared = dist.pip_install(["--no-index", "-f", "house", "alpha"])\n'
        "def make(name):\n    exe = dist.to_python_executable(name)\n"
        "    exe.add_python_resources(shared)\n    return exe\n\n"
        'register_target("one", lambda: make("one"))\nregister_target("two", lambda: make("two"))\n'
    )
    assert space.lock() == 1
    assert space.versions("") == {"alpha": "1.0"}
    assert "alpha.py" in space.installed(space.session(), "two")


def test_nothing_wanted(space: Packages) -> None:
    """An empty file of requirements needs no lock, and adds nothing."""
    (space.root / "requirements.txt").write_text("# nothing yet\n")
    space.wants("-r", "requirements.txt")
    assert space.lock() == 0
    assert not space.lock_file.exists()


def test_two_processes(space: Packages) -> None:
    """Sections that two processes resolve at the same time are both kept."""
    space.wheel("alpha", "1.0")
    for target in ("one", "two"):
        space.wants("alpha", target=target)
    script = (
        "import sys; from pathlib import Path\n"
        "from tests.packages.space import Packages\n"
        "space = Packages(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "space.lock(space.session_of(sys.argv[3]))\n"
    )
    (space.root / "build.star").write_text("".join(space.build_file))
    processes = [
        subprocess.Popen([sys.executable, "-c", script, space.root, space.cache, target], cwd=ROOT)
        for target in ("one", "two")
    ]
    assert [process.wait() for process in processes] == [0, 0]
    assert space.versions("one") == space.versions("two") == {"alpha": "1.0"}
