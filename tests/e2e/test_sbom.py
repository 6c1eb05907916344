"""Bills of materials of real programs, which the formats' own libraries validate."""

from __future__ import annotations

import json
import os
import re
import tarfile
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from spdx_tools.spdx.parser.jsonlikedict.json_like_dict_parser import JsonLikeDictParser
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

from oxidize import __version__
from oxidize.sbom.native_libraries import library_called
from tests import pythons
from tests.e2e.space import Space
from tests.e2e.test_killed import forget
from tests.packages.wheels import make_project, make_wheel, sha256

BUILD = """
def notes():
    return make_product(
        "Notes",
        "1.2",
        publisher = "Example",
        summary = "Takes notes",
        licence = "MIT OR LicenseRef-Own",
        url = "https://example.org/notes",
    )

def make():
    dist = default_python_distribution(python = VARS.get("PYTHON"))
    exe = dist.to_python_executable(name = "app")
    wanted = ["--no-index", "-f", "house", "alpha[more]", "./mine"]
    exe.add_python_resources(exe.pip_install(wanted))
    return exe

def bundle(app):
    files = app.to_file_manifest(".")
    files.add_file(app.sbom("spdx", product = notes()), directory = "doc")
    return files.to_installer("tar.gz", "bundle", product = notes())

def folder(app):
    files = FileManifest()
    files.add_python_resources("lib", app.pip_install(["--no-index", "-f", "house", "beta"]))
    return files

def several(app, bundle):
    files = FileManifest()
    files.add_installer(bundle)
    files.add_installer(app.to_installer("zip", product = notes()))
    return files

register_target("several", several, depends = ["app", "bundle"])
register_target("app", make, default = True)
register_target("bundle", bundle, depends = ["app"])
register_target("folder", folder, depends = ["app"])
register_target("text", lambda: glob(["build.star"]))
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, shared_cache: Path) -> Space:
    """A program with packages of a folder of wheels and of a project."""
    return make(tmp_path_factory.mktemp("sbom"), shared_cache)


def make(folder: Path, cache: Path) -> Space:
    space, house = Space(folder, cache), folder / "house"
    space.write("build.star", BUILD.replace('VARS.get("PYTHON")', f'"{pythons.need("3.13")}"'))
    requires = ("beta", 'gamma ; extra == "more"', 'delta ; sys_platform == "win32"')
    make_wheel(house, "alpha", "1.0", requires=requires, extras=("more",))
    make_wheel(house, "delta", "4.0")
    make_wheel(house, "beta", "2.0+local", licence="Apache 2.0")
    # Of the two, the first is for other machines.
    make_wheel(house, "gamma", "3.0", tag="cp313-cp313-macosx_11_0_arm64")
    make_wheel(house, "gamma", "3.0", tag="py3-none-any", licence="bsd-3-clause")
    make_project(folder / "mine", "mine", requires=["beta"])
    return space


def told(space: Space, *arguments: str) -> Any:
    done = space.oxidize("licenses", *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_cyclonedx(project: Space) -> None:
    """A bill in CycloneDX is valid, and has the interpreter, its libraries and packages with the
    hashes of their wheels, and who needs whom."""
    bill = told(project, "--sbom", "cyclonedx")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(bill)) is None
    assert bill["metadata"]["component"]["name"] == "app"
    assert bill["metadata"]["tools"]["components"][0]["version"] == __version__
    rows = {each["bom-ref"]: each for each in bill["components"]}
    needs = {each["ref"]: set(each["dependsOn"]) for each in bill["dependencies"]}
    python = next(each for each in rows.values() if each["type"] == "platform")
    assert python["version"].startswith("3.13.")
    assert python["cpe"] == f"cpe:2.3:a:python:python:{python['version']}:*:*:*:*:*:*:*"
    # pyexpat has expat's code, which tells its version.
    libraries = {each.partition("@")[0] for each in needs[python["bom-ref"]]}
    assert "library:expat" in libraries
    alpha, beta = rows["pkg:pypi/alpha@1.0"], rows["pkg:pypi/beta@2.0%2Blocal"]
    gamma, mine = rows["pkg:pypi/gamma@3.0"], rows["local:mine@1.0"]
    house = project.root / "house"
    for row, file in (
        (alpha, "alpha-1.0-py3-none-any.whl"),
        (beta, "beta-2.0+local-py3-none-any.whl"),
        (gamma, "gamma-3.0-py3-none-any.whl"),
    ):
        assert row["hashes"] == [{"alg": "SHA-256", "content": sha256(house / file)}]
        assert row["properties"] == [{"name": "oxidize:file", "value": file}]
        assert row["purl"] == row["bom-ref"]
    assert "purl" not in mine
    assert mine["properties"][0]["value"] == "mine-1.0-py3-none-any.whl"
    assert "licenses" not in alpha
    assert beta["licenses"] == [{"license": {"name": "Apache 2.0"}}]
    assert gamma["licenses"] == [{"expression": "BSD-3-Clause"}]
    top = {python["bom-ref"], alpha["bom-ref"], mine["bom-ref"]}
    assert needs["product"] == top
    assert needs[alpha["bom-ref"]] == {beta["bom-ref"], gamma["bom-ref"]}
    assert needs[mine["bom-ref"]] == {beta["bom-ref"]}


def test_spdx(project: Space) -> None:
    """One in SPDX is valid too, and tells the same of the product of an installer."""
    bill = told(project, "bundle", "--sbom", "spdx")
    document = JsonLikeDictParser().parse(bill)  # type: ignore[no-untyped-call]
    assert validate_full_spdx_document(document) == []
    rows = {each["name"]: each for each in bill["packages"]}
    assert rows["Notes"]["versionInfo"] == "1.2"
    assert rows["Notes"]["licenseDeclared"] == "MIT OR LicenseRef-Own"
    assert rows["Notes"]["supplier"] == "Organization: Example"
    alpha = rows["alpha"]
    wheel = project.root / "house" / "alpha-1.0-py3-none-any.whl"
    assert alpha["checksums"] == [{"algorithm": "SHA256", "checksumValue": sha256(wheel)}]
    assert alpha["licenseDeclared"] == "NOASSERTION"
    assert alpha["externalRefs"][0]["referenceLocator"] == "pkg:pypi/alpha@1.0"
    named = {each["licenseId"]: each["name"] for each in bill["hasExtractedLicensingInfos"]}
    assert named[rows["beta"]["licenseDeclared"]] == "Apache 2.0"
    related = {
        (each["spdxElementId"], each["relatedSpdxElement"])
        for each in bill["relationships"]
        if each["relationshipType"] == "DEPENDS_ON"
    }
    assert (alpha["SPDXID"], rows["beta"]["SPDXID"]) in related
    assert (rows["Notes"]["SPDXID"], alpha["SPDXID"]) in related


def test_in_an_archive(project: Space) -> None:
    """A build file puts a bill into an archive: the one that the command prints."""
    project.build("bundle")
    (path,) = project.root.glob("build/*/debug/bundle/*.tar.gz")
    with tarfile.open(path) as archive:
        (name,) = (each for each in archive.getnames() if each.endswith(".spdx.json"))
        file = archive.extractfile(name)
        assert file is not None
        content = json.load(file)
    assert name.endswith("/doc/notes.spdx.json")
    assert content == told(project, "bundle", "--sbom", "spdx")


def test_of_several_installers(project: Space) -> None:
    """Of several installers of one program, there is one bill, that of each of them."""
    assert told(project, "several", "--sbom", "spdx") == told(project, "bundle", "--sbom", "spdx")


def test_packages_alone(project: Space) -> None:
    """Packages that are installed as files, without a program, have a bill too."""
    bill = told(project, "folder", "--sbom", "cyclonedx")
    assert [each["name"] for each in bill["components"]] == ["beta"]
    assert bill["components"][0]["hashes"]


def test_the_same_bytes(project: Space, tmp_path: Path) -> None:
    """The same bill is made of files in another folder, of another time."""
    other = make(tmp_path / "other", project.cache)
    for path in other.root.rglob("*"):
        os.utime(path, (1, 1))
    bills = []
    for space in (project, other):
        # What is cached would tell nothing.
        for kind in ("find-wheels", "list-components", "write-sbom"):
            forget(space, kind)
        file = space.root / "out" / "app.spdx.json"
        done = space.oxidize("licenses", "--sbom", "spdx", "-o", file)
        assert done.returncode == 0, done.stderr
        assert [each.name for each in file.parent.iterdir()] == [file.name]
        bills.append(file.read_bytes())
    assert bills[0] == bills[1]


def test_texts(project: Space) -> None:
    """Without a format, the licences are told as texts."""
    done = project.oxidize("licenses")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("This program contains\n\n  CPython 3.13.")
    assert "  beta 2.0+local (Apache 2.0)\n" in done.stdout


def test_licences_of_libraries(space: Space) -> None:
    """The licences name each library that the bill lists, with its text if the system has it."""
    space.write("build.star", BUILD)
    make_wheel(space.root / "house", "alpha", "1.0")
    make_project(space.root / "mine", "mine")
    done = space.oxidize("licenses", "app")
    assert done.returncode == 0, done.stderr
    top, *parts = re.split(r"\n-{78}\n(.*\(.*\))\n-{78}\n", done.stdout)
    named = {line.strip() for line in top.splitlines()[2:] if line}
    texts = dict(zip(parts[::2], parts[1::2], strict=True))
    assert named == {*texts}
    bill = told(space, "app", "--sbom", "cyclonedx")
    for each in bill["components"]:
        if each["bom-ref"].startswith("library:"):
            known = library_called(each["name"])
            name = known.name if known else each["name"]
            version = each.get("version", "")
            (found,) = (t for t in named if t.startswith(f"{name} {version}".rstrip() + " ("))
            copied = Path("/usr/share/doc/libreadline8/copyright")
            if name == "readline" and copied.is_file():
                assert copied.read_text().strip() in texts[found]


def test_nothing_known(project: Space) -> None:
    """A target without programs and packages is refused."""
    done = project.oxidize("licenses", "text", "--sbom", "spdx")
    assert done.returncode == 2
    assert done.stderr.startswith("error[OX1178]: nothing is known of what the target text holds")


def test_wheel_that_is_gone(space: Space) -> None:
    """Where nothing lists a package's files any more, there is no bill that lacks their hashes."""
    python = pythons.need("3.13")
    wheel = make_wheel(space.root / "house", "alpha", "1.0")
    space.write(
        "build.star",
        "def make():\n"
        f"    dist = default_python_distribution(python = '{python}')\n"
        "    exe = dist.to_python_executable(name = 'app')\n"
        "    wanted = ['--no-index', '-f', 'house', 'alpha']\n"
        "    exe.add_python_resources(exe.pip_install(wanted))\n"
        "    return exe\n"
        "register_target('app', make)\n",
    )
    assert space.oxidize("licenses").returncode == 0
    wheel.unlink()
    done = space.oxidize("licenses", "--sbom", "spdx")
    assert done.returncode == 1
    assert "error[OX1176]: the wheels of packages can't be told" in done.stderr
