"""The actions that a program and its installer declare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from attrs import evolve

from oxidize.graph.action import Action, Artifact, Output, SourceTree
from oxidize.paths import runtime_folder
from oxidize.starlark.session import Session
from tests.starlark.project import HELLO, Project, made_by


def all_actions(artifact: Artifact) -> Iterator[Action]:
    """The actions behind an artifact, each once."""
    seen: set[int] = set()
    waiting = [artifact]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Output) and id(each.action) not in seen:
            seen.add(id(each.action))
            yield each.action
            waiting += [source for role in each.action.inputs.values() for source in role]


def by_mnemonic(artifact: Artifact) -> Mapping[str, list[Action]]:
    found: dict[str, list[Action]] = {}
    for action in all_actions(artifact):
        found.setdefault(action.mnemonic, []).append(action)
    return found


def program(project: Project, body: str = "", *, config: str = "") -> Artifact:
    lines = "".join(f"    {line.strip()}\n" for line in body.strip().splitlines())
    session = project.load(
        "def make():\n"
        "    dist = default_python_distribution()\n"
        f'    exe = dist.to_python_executable("app"{config})\n'
        f'{lines}    return exe\n\nregister_target("app", make)\n'
    )
    return session.analyze([])["app"].files["app"]


def compiles(artifact: Artifact) -> dict[str, Mapping[str, Any]]:
    """Label -> parameters of the compile actions behind a program."""
    return {each.label: each.params for each in by_mnemonic(artifact)["compile"]}


def test_hello(project: Project) -> None:
    """The program of the first example is made of exactly these actions."""
    outputs = project.load(HELLO).analyze(["hello"])["hello"]
    assert outputs.program == "hello"
    found = by_mnemonic(outputs.files["hello"])
    assert {name: len(actions) for name, actions in found.items()} == {
        "host-probe": 1,
        "host-libraries": 1,
        "host-import": 1,
        "compile": 3,
        "collect-extensions": 1,
        "link-runtime": 1,
        "pack": 1,
        "embed": 1,
    }
    assert found["link-runtime"][0].inputs["runtime"] == (
        SourceTree(str(runtime_folder()), exclude=("*.py", "appimage/*")),
    )


def test_containers_keep_their_order(project: Project) -> None:
    """The pack action gets the runtime, its modules, the library, extensions, what was added."""
    artifact = program(
        project,
        """
        exe.add_python_resources(exe.make_python_module_source("first", "x = 1"))
        exe.add_python_resource(exe.read_package_root(".", ["hello"]))
        """,
    )
    (pack,) = by_mnemonic(artifact)["pack"]
    assert [made_by(each).label for each in pack.inputs["containers"]] == [
        "link the runtime",
        "compile the runtime's Python",
        "compile the standard library",
        "collect extension modules",
        "compile first",
        "compile hello",
    ]


def test_origins(project: Project) -> None:
    """Each action knows the call that it comes from."""
    artifact = project.load(HELLO).analyze(["hello"])["hello"].files["hello"]
    origins = {each.label: each.origin for each in all_actions(artifact)}
    compiled, packed = origins["compile hello"], origins["pack hello"]
    assert compiled is not None
    assert packed is not None
    assert (compiled.span.line, packed.span.line) == (8, 4)
    assert [frame.function for frame in compiled.stack] == ["<module>", "make_hello"]


def configuration(project: Project, arguments: str = "") -> Mapping[str, object]:
    """What the program's settings are."""
    config = f", config = dist.make_python_interpreter_config({arguments})" if arguments else ""
    (pack,) = by_mnemonic(program(project, config=config))["pack"]
    given = pack.params["config"]
    assert isinstance(given, Mapping)
    return given


def test_default_configuration(project: Project) -> None:
    """Without a configuration the program gets the defaults, and nothing that is None."""
    given = configuration(project)
    assert {name: value for name, value in given.items() if value not in (None, False)} == {
        "config_profile": "isolated",
        "oxidized_importer": True,
        "filesystem_importer": True,
        "utf8_mode": True,
        "configure_locale": True,
        "configure_c_stdio": True,
        "install_signal_handlers": True,
        "sys_frozen": True,
        "multiprocessing_auto_dispatch": True,
        "multiprocessing_start_method": "auto",
        "terminfo_resolution": "dynamic",
        "tls_roots_resolution": "dynamic",
        "zoneinfo_resolution": "dynamic",
        "allocator_raw": True,
    }
    assert None not in given.values()
    assert given["site_import"] is False


def test_configuration(project: Project) -> None:
    """Settings arrive under their names, lists as sequences; verbose is no other's value."""
    given = configuration(
        project,
        'run_module = "app.main", verbose = True, configure_locale = False, hash_seed = 7, '
        'warn_options = ["error", "ignore::UserWarning"]',
    )
    assert given["run_module"] == "app.main"
    assert (given["verbose"], given["configure_locale"]) == (True, False)
    assert given["hash_seed"] == 7
    assert given["warn_options"] == ("error", "ignore::UserWarning")


def test_profiles(project: Project) -> None:
    """None is what the profile says: CPython's own for `python`, but for `site`."""
    given = configuration(project, 'config_profile = "python", sys_frozen = False')
    assert given["site_import"] is True
    assert not {"utf8_mode", "configure_locale", "install_signal_handlers"} & given.keys()
    assert configuration(project, "site_import = None, utf8_mode = False")["site_import"] is False


@pytest.mark.parametrize("setting", ["use_environment", "user_site_directory"])
def test_what_isolation_would_hide(project: Project, setting: str) -> None:
    """The environment and the user's site folder count where they are asked for."""
    assert configuration(project, f"{setting} = True")["isolated"] is False
    assert "isolated" not in configuration(project, f"{setting} = False")


def test_policy(project: Project) -> None:
    """Sources, test packages and bytecode levels follow the policy; the run level is there."""
    settings = (
        ", packaging_policy = dist.make_python_packaging_policy("
        "include_distribution_sources = False, include_test = True,"
        " bytecode_optimize_level_zero = False, bytecode_optimize_level_one = True),"
        " config = dist.make_python_interpreter_config(optimization_level = 2)"
    )
    body = 'exe.add_python_resources(exe.read_package_root(".", ["hello"]))'
    found = compiles(program(project, body, config=settings))
    library, own = found["compile the standard library"], found["compile hello"]
    places = library["placement"], own["placement"]
    assert [place["levels"] for place in places] == [(1, 2), (1, 2)]
    assert [place["include_source"] for place in places] == [False, True]
    assert library["include_test"] is True
    assert (library["group"], own["group"]) == ("stdlib", "first-party")


def test_module_beside_a_folder(project: Project) -> None:
    """A module comes before a folder of its name, unless that is a regular package."""
    for name in ("one", "two"):
        project.write(f"{name}.py")
    (project.folder / "one").mkdir()
    project.write("two/__init__.py")
    body = 'exe.add_python_resources(exe.read_package_root(".", ["one", "two"]))'
    actions = by_mnemonic(program(project, body))["compile"]
    (inputs,) = (each.inputs for each in actions if each.label == "compile one, two")
    trees = [item for role in inputs.values() for item in role if isinstance(item, SourceTree)]
    assert [tree.include for tree in trees] == [("one.py", "two")]


def test_collections_are_recipes(project: Project) -> None:
    """Selections are recorded in order, and leave the collection that they start from alone."""
    project.write("single.py")
    body = """
        all = exe.read_package_root(".", ["hello"])
        exe.add_python_resources(all.only(["hello"]).without(["hello.tests", "hello.data"]))
        exe.add_python_resources(all.extend(exe.read_package_root(".", ["single"])))
    """
    (pack,) = by_mnemonic(program(project, body))["pack"]
    added = [made_by(each) for each in pack.inputs["containers"]][4:]
    assert [each.params["select"] for each in added] == [
        (
            {"op": "only", "names": ("hello",)},
            {"op": "without", "names": ("hello.tests", "hello.data")},
        ),
        (),
        (),
    ]
    assert [each.inputs["sources"] for each in added] == [
        (SourceTree(str(project.folder), ("hello",)),),
        (SourceTree(str(project.folder), ("hello",)),),
        (SourceTree(str(project.folder), ("single.py",)),),
    ]


def test_objects_made_while_loading(project: Project) -> None:
    """What the load itself makes and changes is done once, whatever the number of passes."""
    session = project.load("""
        exe = default_python_distribution().to_python_executable("a")
        exe.add_python_resources(exe.read_package_root(".", ["hello"]))
        register_target("a", lambda: exe)
        register_target("z", lambda a: a.to_installer("zip"), depends = ["a"])
        register_target("y", lambda z: z, depends = ["z"])
    """)
    artifact = session.analyze(["y"])["a"].files["a"]
    assert list(compiles(artifact)).count("compile hello") == 1
    assert len(by_mnemonic(artifact)["compile"]) == 3


def test_written_modules(project: Project) -> None:
    """A module written by the build file lands under the path of its name."""
    body = """
        exe.add_python_resources(exe.make_python_module_source("a.b", "x = 1"))
        exe.add_python_resources(exe.make_python_module_source("c", "y = 1", is_package = True))
    """
    written = by_mnemonic(program(project, body))["write-files"]
    assert {str(each.params["files"]) for each in written} == {
        "{'a/b.py': 'x = 1'}",
        "{'c/__init__.py': 'y = 1'}",
    }


def test_installers(project: Project) -> None:
    """An archive holds the program in a folder, with its licences, and its own name tells the
    triple."""
    session = project.load(HELLO)
    outputs = session.analyze(["archive"])
    ((file, artifact),) = outputs["archive"].files.items()
    assert file == "hello-x86_64-unknown-linux-gnu.tar.gz"
    assert outputs["archive"].program is None
    archive = made_by(artifact)
    assert archive.params == {
        "format": "tar.gz",
        "folders": (),
        "names": ("hello/LICENCES", "hello/hello"),
        "executable": (False, True),
    }
    licences, packed = archive.inputs["files"]
    assert made_by(licences).mnemonic == "write-licenses"
    assert made_by(packed) is made_by(outputs["hello"].files["hello"])


def test_licences_of_one_s_own(project: Project) -> None:
    """A file of one's own in their place is taken, and so is the one that the program writes."""
    session = project.load("""
        def make(name):
            dist = default_python_distribution()
            exe = dist.to_python_executable(name = "app", licenses_filename = name)
            files = exe.to_file_manifest(".")
            if not name:
                files.add_file(FileContent(filename = "LICENCES", content = ""))
            return files.to_installer("zip", "app")

        register_target("own", lambda: make(None))
        register_target("beside", lambda: make("COPYING"))
    """)
    outputs = session.analyze(["own", "beside"])
    (own,), (beside,) = (outputs[name].files.values() for name in ("own", "beside"))
    assert made_by(own).params["names"] == ("app/LICENCES", "app/app")
    assert made_by(made_by(own).inputs["files"][0]).mnemonic == "make-file"
    assert made_by(beside).params["names"] == ("app/COPYING", "app/app")


def test_windows_programs_have_a_suffix(project: Project) -> None:
    """For a Windows triple the program's file ends in .exe, in the archive too."""
    windows = "x86_64-pc-windows-msvc"
    project.write("build.star", HELLO)
    settings = evolve(project.settings(), triple=windows, host_triple=windows)
    outputs = Session.load(settings, print).analyze(["archive"])
    assert outputs["hello"].program == "hello.exe"
    (artifact,) = outputs["archive"].files.values()
    assert made_by(artifact).params["names"] == ("hello/LICENCES", "hello/hello.exe")
    assert made_by(artifact).platform == windows


def test_a_named_interpreter(project: Project) -> None:
    """`python` names the interpreter to embed, relative to the build file's folder."""
    path = project.write("tools/python3")
    path.chmod(0o755)
    session = project.load("""
        def make():
            return default_python_distribution(python = "tools/python3").to_python_executable("a")
        register_target("a", make)
    """)
    (probe,) = by_mnemonic(session.analyze([])["a"].files["a"])["host-probe"]
    assert probe.params == {"python": str(path)}


def test_the_known_version_is_accepted(project: Project) -> None:
    """Asking for the version that the host has is fine."""
    version = project.settings().host_python_version
    assert not project.load(f'default_python_distribution(python_version = "{version}")').targets


def test_this_machine_among_others(project: Project) -> None:
    """Whatever a session builds for, an installed CPython makes programs for this machine."""
    other = "aarch64-unknown-linux-musl"
    settings = project.settings()
    project.write(
        "build.star",
        'register_target("a", lambda: default_python_distribution('
        f'build_target = "{settings.host_triple}").to_python_executable("a"))',
    )
    outputs = Session.load(evolve(settings, triple=other), print).analyze(["a"])
    found = by_mnemonic(outputs["a"].files["a"])
    assert {each.platform for each in found["host-import"]} == {settings.host_triple}
