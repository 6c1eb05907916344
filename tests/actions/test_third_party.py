"""The third-party group of compile: what becomes of a site-packages tree."""

from __future__ import annotations

import base64
import hashlib

from oxidize.resources.layout import FileFlag, ModuleFlag
from oxidize.resources.model import Resources
from oxidize.resources.placement import Placement
from oxidize.resources.reader import decode
from tests.actions.compiling import Compiling, Site, hashed, write_description

ELF = b"\x7fELF\0PyInit_fast\0"


def flagged(found: Resources, flag: FileFlag) -> set[str]:
    return {path for path, file in found.files.items() if file.flags & flag}


def extensions(found: Resources) -> set[str]:
    return {m.name for m in found.modules.values() if m.flags & ModuleFlag.EXTENSION}


def record(found: Resources, info: str) -> list[str]:
    text = decode(found.files[f"{info}/RECORD"].blob).decode()
    return [line.partition(",")[0] for line in text.splitlines()]


def test_kinds(site: Site, compiling: Compiling) -> None:
    """Modules, packages, namespaces, extension modules, libraries, data and metadata are told."""
    info = site.distribution(
        "Some-Thing",
        {
            "some/__init__.py": "",
            "some/deep/mod.py": "x = 1\n",
            "some/py.typed": "",
            "some/fast.cpython-311-x86_64-linux-gnu.so": b"code",
            "some/stable.abi3.so": b"code",
            "some/other.cpython-39-x86_64-linux-gnu.so": b"for another Python",
            "single.py": "",
            "some_thing.libs/libz-1234.so.1.2": b"lib",
            "some_thing.libs/libthing.abi3.so.6.12": b"lib",
        },
    )
    site.write(f"{info}/entry_points.txt", "[console_scripts]\nsome = some:main\n")
    found = compiling.compile(site.folder)
    assert set(found.modules) == {
        "some", "some.deep", "some.deep.mod", "some.fast", "some.stable", "single",
    }  # fmt: skip
    assert found.modules["some.deep"].flags == ModuleFlag.PACKAGE | ModuleFlag.NAMESPACE
    assert extensions(found) == {"some.fast", "some.stable"}
    assert 0 in found.modules["some.deep.mod"].code
    assert set(found.files) == {
        "some/py.typed",
        "some/other.cpython-39-x86_64-linux-gnu.so",
        "some_thing.libs/libz-1234.so.1.2",
        "some_thing.libs/libthing.abi3.so.6.12",
        f"{info}/METADATA",
        f"{info}/RECORD",
        f"{info}/entry_points.txt",
    }
    assert flagged(found, FileFlag.SHARED_LIBRARY) == {
        "some_thing.libs/libz-1234.so.1.2",
        "some_thing.libs/libthing.abi3.so.6.12",
    }
    assert not compiling.warnings


def test_bare_shared_objects(site: Site, compiling: Compiling) -> None:
    """NAME.so is an extension module if it has the init function of one, else a library."""
    files: dict[str, str | bytes] = {
        "p/__init__.py": "",
        "p/fast.so": ELF,
        "p/libfast.so": ELF,
        "p/slow.so": b"\x7fELF",
    }
    site.distribution("p", files)
    found = compiling.compile(site.folder)
    assert extensions(found) == {"p.fast"}
    assert flagged(found, FileFlag.SHARED_LIBRARY) == {"p/libfast.so", "p/slow.so"}


def test_licences(site: Site, compiling: Compiling) -> None:
    """Licences are flagged: by their names, and all that metadata has in its folder for them."""
    info = "p-1.0.dist-info"
    names = [
        f"{info}/licenses/vendor/terms.txt", f"{info}/LICENSE.APACHE", f"{info}/COPYING",
        "p/_vendor/NOTICE.md", "p/_vendor/thing.LICENSE", "p/licences.json", f"{info}/AUTHORS.rst",
    ]  # fmt: skip
    site.distribution("p", dict.fromkeys(["p/__init__.py", "p/authorship.txt", *names], ""))
    assert flagged(compiling.compile(site.folder), FileFlag.LICENCE) == set(names)


def test_test_packages_stay(site: Site, compiling: Compiling) -> None:
    """Whole distributions are packaged, with their tests."""
    site.distribution("p", {"p/__init__.py": "", "p/tests/__init__.py": "", "p/tests/data.txt": ""})
    found = compiling.compile(site.folder, include_test=False)
    assert "p.tests" in found.modules
    assert "p/tests/data.txt" in found.files


def test_left_over(site: Site, compiling: Compiling) -> None:
    """What no RECORD names is kept; caches and traces of the installation aren't."""
    info = site.distribution("p", {"p/__init__.py": "", "p/old.pyc": b"x"})
    site.write("p/added.py", "")
    site.write("loose.txt", "")
    for name in ("INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json", "RECORD.jws"):
        site.write(f"{info}/{name}", "file:///home/someone")
    for path in ("~p/gone.py", "p/__pycache__/a.cpython-311.pyc", ".lock"):
        site.write(path, "")
    found = compiling.compile(site.folder)
    assert set(found.modules) == {"p", "p.added"}
    assert set(found.files) == {"loose.txt", f"{info}/METADATA", f"{info}/RECORD"}


def test_record_is_written_anew(site: Site, compiling: Compiling) -> None:
    """The program's RECORD names what is there, whatever the installer did beside it."""
    rows = ("../../../bin/p,sha256=AAAA,3", "p/__pycache__/a.pyc,,", "p-1.0.dist-info/INSTALLER,,")
    info = site.distribution("p", {"p/b.py": "", "p/a.py": ""}, rows=rows)
    found = compiling.compile(site.folder)
    assert record(found, info) == [f"{info}/METADATA", f"{info}/RECORD", "p/a.py", "p/b.py"]
    assert not compiling.warnings


def test_data_schemes(site: Site, compiling: Compiling) -> None:
    """What is left in a wheel's .data folder goes where an installer would have put it."""
    info = site.distribution(
        "p",
        {
            "p/__init__.py": "",
            "p-1.0.data/purelib/p/pure.py": "",
            "p-1.0.data/platlib/p/plat.py": "",
            "p-1.0.data/data/share/p/table.txt": "",
            "p-1.0.data/scripts/p": "#!python",
            "p-1.0.data/headers/p.h": "",
        },
    )
    found = compiling.compile(site.folder)
    assert set(found.modules) == {"p", "p.pure", "p.plat"}
    assert set(found.files) == {"share/p/table.txt", f"{info}/METADATA", f"{info}/RECORD"}
    assert "share/p/table.txt" in record(found, info)


def test_collision(site: Site, compiling: Compiling) -> None:
    """Two distributions that ship a path with different contents are named, with the path."""
    site.distribution("first", {"both/__init__.py": "a = 1\n", "first.py": ""})
    site.distribution("second", {"both/__init__.py": "a = 2\n", "second.py": ""}, version="2")
    told = compiling.refused(site.folder)
    assert "first 1.0 and second 2 both ship both/__init__.py" in told
    assert '.without(["both"])' in told
    found = compiling.compile(site.folder, select=({"op": "without", "names": ("both",)},))
    assert set(found.modules) == {"first", "second"}
    assert set(compiling.compile(site.folder, distributions=("second",)).modules) == {
        "both", "second",
    }  # fmt: skip


def test_collision_at_the_top(site: Site, compiling: Compiling) -> None:
    """A file beside the packages can be left out by its path."""
    site.distribution("first", {"README.md": "first", "first.py": ""})
    site.distribution("second", {"README.md": "second", "second.py": ""})
    assert '.without(["README.md"])' in compiling.refused(site.folder)
    found = compiling.compile(site.folder, select=({"op": "without", "names": ("README.md",)},))
    assert "README.md" not in found.files


def test_shared_path(site: Site, compiling: Compiling) -> None:
    """The same bytes may come from two distributions, whichever hash each uses."""
    site.distribution("first", {"both/__init__.py": "a = 1\n"})
    info = site.distribution("second", {"both/__init__.py": "a = 1\n"})
    path = site.folder / info / "RECORD"
    digest = base64.urlsafe_b64encode(hashlib.sha512(b"a = 1\n").digest()).decode().rstrip("=")
    path.write_text(path.read_text().replace(hashed(b"a = 1\n"), f"sha512={digest}"))
    assert set(compiling.compile(site.folder).modules) == {"both"}


def test_damaged(site: Site, compiling: Compiling) -> None:
    """A missing or damaged RECORD or METADATA is an error that names the distribution."""
    info = site.folder / site.distribution("p", {"p.py": ""})
    good = (info / "RECORD").read_bytes()
    for damage, words in (
        (good[:-8], "line 3 has 1 columns, not 3"),
        (b"\xff\xfe" + good, "byte 0 isn't UTF-8"),
        (b"p.py,nothing,\n", "line 1 has no hash but 'nothing'"),
        (b'p.py,"' + good, "line "),
        (b"p.py,,many\n", "line 1 is no row: 'p.py,,many'"),
        (b"", "it doesn't name the distribution's own METADATA"),
    ):
        (info / "RECORD").write_bytes(damage)
        told = compiling.refused(site.folder)
        assert told.startswith("p 1.0 has a damaged RECORD: ")
        assert words in told
    (info / "RECORD").unlink()
    assert compiling.refused(site.folder).startswith("p 1.0 has no RECORD\ninstall it again")
    (info / "METADATA").write_text("Metadata-Version: 2.1\n")
    assert "p 1.0 has a damaged METADATA" in compiling.refused(site.folder)
    (info / "METADATA").unlink()
    (info / "WHEEL").write_text("")
    assert "p 1.0 has no METADATA" in compiling.refused(site.folder)


def test_syntax_error(site: Site, compiling: Compiling) -> None:
    """A module that doesn't compile is kept as source and warned about, now and from the cache."""
    site.distribution("p", {"p/__init__.py": "", "p/templates/new.py": "class {{name}}:\n"})
    for _ in range(2):
        found = compiling.compile(
            site.folder,
            placement=Placement(levels=(0, 1, 2), include_source=False).as_value(),
        )
        (warning,) = compiling.warnings
        assert warning == "p/templates/new.py:1: invalid syntax (kept as source only)"
        module = found.modules["p.templates.new"]
        assert not module.code
        assert module.source is not None
        assert found.modules["p"].source is None


def test_differences_are_told(site: Site, compiling: Compiling) -> None:
    """Files that were changed or removed after the installation are warned about."""
    site.distribution("p", {"p/a.py": "", "p/b.py": "", "p/c.py": "", "p/d.py": ""})
    site.write("p/a.py", "x = 1\n")
    (site.folder / "p/c.py").unlink()
    (site.folder / "p/d.py").unlink()
    compiling.compile(site.folder)
    assert compiling.warnings == [
        "p 1.0 lacks p/c.py and 1 more, which its RECORD names",
        "p 1.0: p/a.py differs from what its RECORD says",
    ]


def test_only_takes_metadata_along(site: Site, compiling: Compiling) -> None:
    """Metadata and libraries of a distribution follow its modules through selections."""
    pillow = site.distribution("Pillow", {"PIL/__init__.py": "", "pillow.libs/libz.so.1": b"z"})
    other = site.distribution("other", {"other/__init__.py": "", "share/other.txt": ""})
    found = compiling.compile(site.folder, select=({"op": "only", "names": ("PIL",)},))
    assert set(found.modules) == {"PIL"}
    assert set(found.files) == {"pillow.libs/libz.so.1", f"{pillow}/METADATA", f"{pillow}/RECORD"}
    found = compiling.compile(site.folder, select=({"op": "without", "names": ("PIL",)},))
    assert set(found.files) == {"share/other.txt", f"{other}/METADATA", f"{other}/RECORD"}


def test_distributions(site: Site, compiling: Compiling) -> None:
    """Named distributions come with what their metadata says they need, extras when asked."""
    site.distribution(
        "My.App", {"my.py": ""},
        requires=("Needed_Thing>=1", 'fancy; extra == "Pretty_Out"', "gone", "my.app[pretty-out]"),
    )  # fmt: skip
    needed = ('deep; python_version < "4"', 'win; sys_platform == "win32"')
    site.distribution("needed-thing", {"needed.py": ""}, requires=needed)
    for name in ("deep", "fancy", "win", "unasked"):
        site.distribution(name, {f"{name}.py": ""})
    site.write("loose.py", "")
    found = compiling.compile(site.folder, distributions=("needed_thing",))
    assert set(found.modules) == {"needed", "deep", "loose"}
    found = compiling.compile(site.folder, distributions=("my-app",))
    assert set(found.modules) == {"my", "needed", "deep", "fancy", "loose"}
    assert compiling.warnings == ["My.App 1.0 needs gone, which isn't installed"]
    assert "fancy-1.0.dist-info/METADATA" in found.files
    assert "unasked-1.0.dist-info/METADATA" not in found.files


def test_unknown_distribution(site: Site, compiling: Compiling) -> None:
    """A name that isn't installed is an error with the nearest one."""
    site.distribution("needed", {"needed.py": ""})
    told = compiling.refused(site.folder, distributions=("neeeded",))
    assert told == 'neeeded is wanted, but it isn\'t installed\ndid you mean "needed"?'


def test_markers_are_the_targets(site: Site, compiling: Compiling) -> None:
    """Markers are evaluated for the CPython to embed, not for the one that runs oxidize."""
    requires = (
        'old; python_version < "3.10"',
        'windows; sys_platform == "win32" and os_name == "nt" and platform_machine == "AMD64"',
        'mac; platform_system == "Darwin" and platform_machine == "arm64"',
        'exact; python_full_version == "3.13.1" and implementation_name == "cpython"',
    )
    site.distribution("app", {"app.py": ""}, requires=requires)
    for name in ("old", "windows", "mac", "exact"):
        site.distribution(name, {f"{name}.py": ""})
    for triple, expected in (
        ("x86_64-pc-windows-msvc", "windows"),
        ("aarch64-apple-darwin", "mac"),
    ):
        write_description(compiling.description, version="3.13.1", triple=triple)
        found = compiling.compile(site.folder, distributions=("app",))
        assert set(found.modules) == {"app", "exact", expected}


def test_other_python(site: Site, compiling: Compiling) -> None:
    """Packages that are installed for one Python aren't put into a program with another."""
    site.distribution("p", {"p.py": ""})
    assert compiling.compile(site.folder, made_for="3.11").modules
    told = compiling.refused(site.folder, made_for="3.12")
    assert "installed for Python 3.12, and the program has 3.11" in told


def test_start_up_files(site: Site, compiling: Compiling) -> None:
    """What sets up an environment stays there; files that only look like it are data."""
    info = site.distribution(
        "p", {"p/__init__.py": "", "p/model.pth": "weights", "p-nspkg.pth": "import x"}
    )
    for name in ("_virtualenv.py", "_virtualenv.pth", "old.egg-link"):
        site.write(name, "/home/someone")
    found = compiling.compile(site.folder)
    assert set(found.modules) == {"p"}
    assert set(found.files) == {"p/model.pth", f"{info}/METADATA", f"{info}/RECORD"}
    assert "p-nspkg.pth" not in record(found, info)
    assert not compiling.warnings
