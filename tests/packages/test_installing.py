"""What is locked becomes a tree of packages, the same wherever it is installed."""

from __future__ import annotations

import csv
import io
import json
import platform
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from oxidize.distributions.description import Description
from oxidize.errors import ActionError
from oxidize.graph.action import Action, SourceFile
from oxidize.packages.lockfile import Lock
from tests import pythons
from tests.packages import wheels
from tests.packages.index import PASSWORD, USER, index
from tests.packages.space import Packages

OWN = f"{sys.version_info.major}.{sys.version_info.minor}"


def record(tree: dict[str, bytes], info: str) -> set[str]:
    return {row[0] for row in csv.reader(io.StringIO(tree[f"{info}/RECORD"].decode()))}


def test_tree(space: Packages) -> None:
    """The tree is what a site-packages folder would be, with what the packages need."""
    space.wheel("alpha", "1.0", requires=["beta"])
    space.wheel("beta", "1.0", {"beta/__init__.py": "", "beta/data/x.txt": "x"})
    space.wants("alpha")
    assert set(space.install()) == {
        "alpha.py",
        "alpha-1.0.dist-info/METADATA",
        "alpha-1.0.dist-info/RECORD",
        "alpha-1.0.dist-info/WHEEL",
        "beta/__init__.py",
        "beta/data/x.txt",
        "beta-1.0.dist-info/METADATA",
        "beta-1.0.dist-info/RECORD",
        "beta-1.0.dist-info/WHEEL",
    }


def test_nothing_names_this_machine(space: Packages) -> None:
    """Launchers and installers' notes are left out, with their rows in RECORD."""
    space.wheel("alpha", "1.0", scripts={"alpha": "alpha:main"})
    tool = {"beta.py": "", "beta-1.0.data/scripts/beta-tool": "#!python\n"}
    native = {"beta-1.0.data/scripts/beta-native": "\x7fELF"}
    space.wheel("beta", "1.0", {**tool, **native})
    wheels.make_project(space.root / "mine", "mine")
    space.wants("alpha", "beta", "./mine")
    tree = dict(space.install())
    assert {path for path in tree if path.startswith("bin/")} == {"bin/beta-native"}
    assert record(tree, "alpha-1.0.dist-info") == {p for p in tree if p.startswith("alpha")}
    assert record(tree, "mine-1.0.dist-info") == {p for p in tree if p.startswith("mine")}
    for path, content in tree.items():
        assert str(space.root).encode() not in content, path
        assert str(space.cache).encode() not in content, path


def test_the_same_elsewhere(space: Packages, tmp_path: Path) -> None:
    """Another folder, another cache: the same bytes."""
    space.wheel("alpha", "1.0", scripts={"alpha": "alpha:main"})
    wheels.make_project(space.root / "mine", "mine")
    space.wants("alpha", "./mine")
    other = Packages(tmp_path / "elsewhere" / "project", tmp_path / "other")
    other.root.mkdir(parents=True)
    other.wheel("alpha", "1.0", scripts={"alpha": "alpha:main"})
    wheels.make_project(other.root / "mine", "mine")
    other.wants("alpha", "./mine")
    assert space.install() == other.install()


def test_other_sections_change_nothing(space: Packages) -> None:
    """A change of another target's section installs nothing anew."""
    space.wheel("alpha", "1.0")
    space.wheel("beta", "1.0")
    space.wants("alpha", target="one")
    space.install("one")
    space.wants("beta", target="two")
    session = space.session()
    space.lock(session)
    space.installed(session, "one")
    assert space.ran == ["read the lock of one"]


def test_only_what_holds_here(space: Packages) -> None:
    """What has a marker for another system is locked, and isn't installed."""
    space.wheel("alpha", "1.0")
    space.wheel("beta", "1.0")
    space.wants("alpha", "beta; sys_platform == 'win32'")
    tree = space.install()
    assert "alpha.py" in tree
    assert "beta.py" not in tree


def test_local_project(space: Packages) -> None:
    """A local project becomes a wheel by its own back end, again when a file of it changes."""
    space.wheel("alpha", "1.0")
    project = wheels.make_project(space.root / "mine", "mine", requires=["alpha"])
    space.wants("./mine")
    tree = space.install()
    assert {"mine.py", "alpha.py"} <= tree.keys()
    assert not (project / "build").exists()
    (project / "mine.py").write_text("edited = True\n")
    session = space.session()
    assert space.lock(session) == 0
    assert space.installed(session)["mine.py"] == b"edited = True\n"
    assert space.ran == ["build mine", "install the packages of app"]


def test_what_is_no_source(space: Packages) -> None:
    """What lies in a project's folder without being its source builds nothing anew."""
    project = wheels.make_project(space.root / "mine", "mine")
    space.wants("./mine")
    space.install()
    others = (".venv/pyvenv.cfg", ".git/HEAD", "build/x", "dist/y", "mine.egg-info/z")
    for path in (*others, "build.star", "oxidize.toml", "oxidize.lock"):
        (project / path).parent.mkdir(exist_ok=True)
        (project / path).write_text("")
    space.installed(space.session())
    assert space.ran == []


def test_project_in_a_folder_that_is_handed_in(space: Packages) -> None:
    """A SourceFolder with a project is installed, with what the project needs."""
    space.wheel("alpha", "1.0")
    wheels.make_project(space.root / "mine", "mine", requires=["alpha"])
    call = 'pip_install(["--no-index", "-f", "house"], project = source_folder("mine"))'
    space.wants_calls(call)
    assert {"mine.py", "alpha.py"} <= space.install().keys()
    assert "./mine" in space.lock_file.read_text()


def test_local_wheel(space: Packages) -> None:
    """A wheel may be named by its path."""
    space.wheel("beta", "1.0")
    wheels.make_wheel(space.root / "mine", "alpha", "1.0", requires=["beta"])
    space.wants("./mine/alpha-1.0-py3-none-any.whl")
    assert {"alpha.py", "beta.py"} <= space.install().keys()


def source_archive(folder: Path, name: str) -> Path:
    project = wheels.make_project(folder / "unpacked", name)
    (project / "PKG-INFO").write_text(f"Metadata-Version: 2.2\nName: {name}\nVersion: 1.0\n")
    path = folder / f"{name}-1.0.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        archive.add(project, f"{name}-1.0")
    return path


def test_source_archives(space: Packages) -> None:
    """For this machine, what has no wheel is built, with the variables that are given."""
    space.house.mkdir()
    source_archive(space.house, "alpha")
    args = json.dumps(["--no-index", "-f", "house", "alpha"])
    space.wants_calls(f'pip_install({args}, extra_envs = {{"FLAVOUR": "mint"}})')
    tree = space.install()
    assert tree["alpha_flavour.py"] == b"flavour = 'mint'\n"


def test_download_takes_wheels_only(space: Packages) -> None:
    """pip_download never builds."""
    space.house.mkdir()
    source_archive(space.house, "alpha")
    space.wants("alpha", call="pip_download")
    with pytest.raises(ActionError) as caught:
        space.install()
    assert "no usable wheels" in caught.value.output


def test_local_source_archive(space: Packages) -> None:
    """A source archive may be named by its path."""
    source_archive(space.root, "alpha")
    space.wants("./alpha-1.0.tar.gz")
    assert "alpha.py" in space.install()


def test_broken_project(space: Packages) -> None:
    """A project that can't be built is told with the back end's own words, at the call."""
    project = wheels.make_project(space.root / "mine", "mine")
    backend = project / "backend.py"
    backend.write_text(backend.read_text().replace("    import tomllib", "    raise OSError('no')"))
    space.wants("./mine")
    with pytest.raises(ActionError, match="mine can't be built") as caught:
        space.install()
    assert "OSError: no" in caught.value.output
    assert caught.value.diagnostic.span is not None


def test_secret_for_a_build(space: Packages) -> None:
    """A Secret among the variables reaches the back end, and is in no file and no message."""
    project = wheels.make_project(space.root / "mine", "mine")
    backend = project / "backend.py"
    whole = backend.read_text()
    first = "    import os; assert os.environ['TOKEN'] == 'open' + 'sesame'\n    import tomllib"
    backend.write_text(whole.replace("    import tomllib", first))
    secret = '{"TOKEN": Secret("open" + "sesame")}'
    space.wants_calls(f'pip_install(["./mine"], extra_envs = {secret})')
    assert "mine.py" in space.install()
    files = [path for path in space.cache.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if b"opensesame" in path.read_bytes()]
    failing = "    import os; raise OSError(os.environ['TOKEN'])\n    import tomllib"
    backend.write_text(whole.replace("    import tomllib", failing))
    with pytest.raises(ActionError, match="mine can't be built") as caught:
        space.install()
    assert "OSError: " in caught.value.output
    assert "opensesame" not in caught.value.output + str(caught.value.diagnostic)


def test_hash_mismatch(space: Packages, tmp_path: Path) -> None:
    """A file that isn't the locked one isn't installed, and the error names both hashes."""
    before = wheels.sha256(space.wheel("alpha", "1.0"))
    space.wants("alpha")
    space.lock()
    after = wheels.sha256(space.wheel("alpha", "1.0", {"alpha.py": "other = 1\n"}))
    elsewhere = Packages(space.root, tmp_path / "other", space.build_file)
    with pytest.raises(ActionError) as caught:
        elsewhere.installed(elsewhere.session())
    assert caught.value.diagnostic.code == "OX0907"
    assert before in caught.value.output
    assert after in caught.value.output


def test_damaged_record(space: Packages) -> None:
    """A wheel whose RECORD is damaged is refused, with its name."""
    space.wheel("alpha", "1.0", record="alpha.py,sha256=\n\0")
    space.wants("alpha")
    with pytest.raises(ActionError) as caught:
        space.install()
    assert "alpha" in caught.value.output
    assert "RECORD" in caught.value.output


def test_settings_decide_nothing(space: Packages, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of the network are no part of what decides whether something is done again."""
    space.wheel("alpha", "1.0")
    space.wants("alpha")
    space.install()
    monkeypatch.setenv("HTTPS_PROXY", "http://me:hunter2222@127.0.0.1:9")
    monkeypatch.setenv("UV_INDEX_HOME_PASSWORD", "hunter2222")
    space.installed(space.session(offline=True))
    assert space.ran == []


def test_offline_without(space: Packages) -> None:
    """Without a network and without what the lock names, the error says what to do."""
    space.wheel("alpha", "1.0")
    space.wants_calls('pip_install(["alpha"])')
    space.lock(space.session(offline=True, wheelhouse=(space.house,)))
    with pytest.raises(ActionError) as caught:
        space.installed(space.session(offline=True))
    assert "--wheelhouse" in str(caught.value.diagnostic.help)


def test_credentials_stay_private(space: Packages, monkeypatch: pytest.MonkeyPatch) -> None:
    """A password that uv got is neither in the error nor in any file that stays."""
    space.wheel("alpha", "1.0")
    url = "http://me:${SECRET_OF_MINE}@127.0.0.1:9/simple"
    monkeypatch.setenv("SECRET_OF_MINE", "hunter2222")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    space.wants("alpha")
    space.lock()
    (space.house / "alpha-1.0-py3-none-any.whl").unlink()
    space.build_file.clear()
    space.wants_calls(f"pip_install({json.dumps(['-i', url, 'alpha'])})")
    with pytest.raises(ActionError) as caught:
        space.installed(space.session())
    told = caught.value
    assert "127.0.0.1" in told.output
    assert "hunter2222" not in told.output + str(told.diagnostic)
    for path in space.cache.rglob("*"):
        assert not path.is_file() or b"hunter2222" not in path.read_bytes(), path


def elsewhere(
    space: Packages, here: Action, triple: str, floor: str = "2.28", **known: Any
) -> Action:
    """What installs the same for another system."""
    description = space.root / "description.json"
    facts: dict[str, Any] = {
        "version": f"{OWN}.0",
        "source": "standalone",
        "link_mode": "shared",
        "libpython": "",
        "link_archives": (),
        "link_libraries": (),
        "libc": "",
        "builtin": (),
        "extension_suffixes": (),
    }
    description.write_text(Description(triple=triple, **{**facts, **known}).dump())
    return evolve(
        here,
        platform=triple,
        params={**here.params, "builds": False, "floor": floor},
        inputs={**here.inputs, "distribution": (SourceFile(str(description)),)},
    )


def test_floors(space: Packages) -> None:
    """Wheels may need the glibc or macOS that was asked for, or that the CPython needs itself."""
    space.wheel("alpha", "1.0", tag="py3-none-manylinux_2_28_aarch64")
    space.wheel("alpha", "1.0", tag="py3-none-macosx_14_0_arm64")
    space.wants("alpha")
    session = space.session()
    space.lock(session)
    here = space.installing(session)

    def installed(floor: str, libc: str) -> Mapping[str, bytes]:
        triple = f"aarch64-{'apple-darwin' if 'macOS' in libc else 'unknown-linux-gnu'}"
        return space.run(elsewhere(space, here, triple, floor, libc=libc))

    assert "alpha.py" in installed("2.28", "glibc-2.17")
    assert "alpha.py" in installed("2.17", "glibc-2.31")
    with pytest.raises(ActionError) as caught:
        installed("2.17", "glibc-2.17")
    assert caught.value.diagnostic.code == "OX0529"
    assert "wheels may need glibc 2.17, or an older one" in caught.value.diagnostic.notes
    assert "alpha.py" in installed("14.0", "macOS-11.0")
    assert "alpha.py" in installed("11.0", "macOS-14.0")
    with pytest.raises(ActionError) as caught:
        installed("13.0", "macOS-11.0")
    assert caught.value.diagnostic.code == "OX0529"
    assert "manylinux_2_28_aarch64, macosx_14_0_arm64" in caught.value.diagnostic.notes[0]
    assert "wheels may need macOS 13.0, or an older one" in caught.value.diagnostic.notes


def test_a_wheel_for_this_machine_only(space: Packages) -> None:
    """A project's own wheel that is for one machine is refused for another, by its name."""
    name = "alpha-1.0-py3-none-manylinux_2_17_x86_64.whl"
    wheels.make_wheel(space.root, "alpha", "1.0", tag="py3-none-manylinux_2_17_x86_64")
    space.wants(f"./{name}")
    session = space.session()
    space.lock(session)
    there = elsewhere(
        space, space.installing(session), "aarch64-unknown-linux-gnu", libc="glibc-2.17"
    )
    with pytest.raises(ActionError) as caught:
        space.run(there)
    assert caught.value.diagnostic.code == "OX0529"
    assert f"{name} isn't for aarch64-unknown-linux-gnu" in caught.value.diagnostic.message


def test_extension_modules_of_static_programs(space: Packages) -> None:
    """A wheel for musl is installed where programs load its modules, and refused where they are
    linked statically, by the module's name."""
    files = {"alpha/__init__.py": "", "alpha/fast.so": "no module"}
    space.wheel("alpha", "1.0", files, tag="py3-none-musllinux_1_2_x86_64")
    space.wants("alpha")
    session = space.session()
    space.lock(session)
    here, triple = space.installing(session), "x86_64-unknown-linux-musl"
    assert "alpha/fast.so" in space.run(elsewhere(space, here, triple, libc="musl"))
    with pytest.raises(ActionError, match=r"alpha/fast\.so is an extension module") as caught:
        space.run(elsewhere(space, here, triple, libc="musl", static=True))
    assert caught.value.diagnostic.code == "OX0530"


def test_pure_wheels_of_static_programs(space: Packages) -> None:
    """Programs that load no extension modules get the wheel without any, where the locked version
    has one for their Python; others get that for their system. What has only wheels for other
    systems is refused by its name, as ever."""
    for tag in ("py3-none-musllinux_1_2_x86_64", "py3-none-any", "py2-none-any", "py39-none-any"):
        native = {"alpha/fast.so": "no module"} if "musl" in tag else {}
        files = {"alpha/__init__.py": f"tag = '{tag}'\n", **native}
        space.wheel("alpha", "1.0", files, tag=tag)
    space.wheel("beta", "1.0")
    direct = space.wheel("gamma", "1.0")
    space.wants("alpha", "beta; sys_platform != 'win32'", f"gamma @ {direct.as_uri()}")
    space.wheel("delta", "1.0", tag="py3-none-win_amd64")
    space.wants("delta", target="other")
    session = space.session()
    space.lock(session)
    here, triple = space.installing(session), "x86_64-unknown-linux-musl"
    assert "alpha/fast.so" in space.run(elsewhere(space, here, triple, libc="musl"))
    static = elsewhere(space, here, triple, libc="musl", static=True)
    installed = space.run(static)
    assert b"'py39-none-any'" in installed["alpha/__init__.py"]
    assert {"beta.py", "gamma.py"} <= installed.keys()
    assert "alpha/fast.so" not in installed
    other = elsewhere(space, space.installing(session, "other"), triple, libc="musl", static=True)
    with pytest.raises(ActionError, match=r"delta 1\.0 can't be installed for") as caught:
        space.run(other)
    assert caught.value.diagnostic.code == "OX0529"


def test_pure_wheels_of_a_private_index(space: Packages, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index that asks for a password gives such a wheel, too, and the password stays private."""
    tags = ("py3-none-musllinux_1_2_x86_64", "py3-none-any")
    files = [space.wheel("alpha", "1.0", {f"alpha/{tag}.py": ""}, tag=tag) for tag in tags]
    monkeypatch.setenv("SECRET_OF_MINE", PASSWORD)
    with index(space.root / "index", *files) as place:
        url = f"http://{USER}:${{SECRET_OF_MINE}}@{place}/simple"
        space.wants_calls(f"pip_install({json.dumps(['-i', url, 'alpha'])})")
        session = space.session()
        space.lock(session)
        here, triple = space.installing(session), "x86_64-unknown-linux-musl"
        static = elsewhere(space, here, triple, libc="musl", static=True)
        assert "alpha/py3-none-any.py" in space.run(static)
    for path in space.cache.rglob("*"):
        assert not path.is_file() or PASSWORD.encode() not in path.read_bytes(), path


def test_other_system(space: Packages) -> None:
    """For another system its own wheels are taken, and markers are those of that system."""
    for tag in (f"py3-none-manylinux_2_17_{platform.machine()}", "py3-none-win_amd64"):
        space.wheel("alpha", "1.0", {"alpha.py": f"tag = '{tag}'\n"}, tag=tag)
    space.wheel("beta", "1.0")
    space.wants("alpha", "beta; sys_platform == 'win32'")
    session = space.session()
    space.lock(session)
    here = space.installing(session)
    there = elsewhere(space, here, triple="x86_64-pc-windows-msvc")
    assert b"win_amd64" in space.run(there)["alpha.py"]
    assert "beta.py" in space.run(there)
    assert b"manylinux" in space.run(here)["alpha.py"]
    assert "beta.py" not in space.run(here)


def test_another_interpreter(space: Packages) -> None:
    """Each Python has its section, and gets what is for it."""
    other = next(minor for minor in pythons.MINORS if minor != OWN)
    python = pythons.need(other)
    space.wheel("alpha", "1.0")
    space.wheel("beta", "1.0")
    space.wants("alpha", f"beta; python_version == '{other}'")
    assert "beta.py" not in space.install()
    space.build_file[0] = space.build_file[0].replace(
        "default_python_distribution()", f'default_python_distribution(python = "{python}")'
    )
    assert "beta.py" in space.install()
    lock = Lock.load(space.lock_file)
    assert [section.python for section in lock.sections] == sorted([OWN, other])
