"""`oxidize init`: what it writes for each kind of script, project and folder builds and runs."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from uv import find_uv_bin

from tests.e2e.space import Space, run
from tests.packages.wheels import make_wheel

DEPENDENCY = "oxidize-greeting"
CLI = """\
import importlib.metadata, importlib.resources, pathlib, sys
import oxidize_greeting

def main():
    note = importlib.resources.files("demo") / "data" / "note.txt"
    beside = pathlib.Path(__file__).with_name("data") / "note.txt"
    assert note.read_text() == beside.read_text()
    version = importlib.metadata.version("demo")
    print(oxidize_greeting.version, version, note.read_text(), sys.argv[1:])
    return 3

class App:
    @staticmethod
    def other():
        sys.exit("other")
"""
PACKAGE = {
    "demo/__init__.py": '__version__ = "0.3"\n',
    "demo/cli.py": CLI,
    "demo/data/note.txt": "noted",
}
IN_SRC = {f"src/{name}": text for name, text in PACKAGE.items()}
PROJECT = f"""
[project]
name = "demo"
version = "0.3"
requires-python = ">=3.11"
dependencies = ["{DEPENDENCY}"]
"""
SCRIPTS = '[project.scripts]\ndemo = "demo.cli:main"\n'
SETUPTOOLS = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
HATCH = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
POETRY = '[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n'
DYNAMIC = """
[tool.setuptools.dynamic]
version = {attr = "demo.__version__"}
dependencies = {file = ["requirements.txt"]}
"""
WITH_DATA = '[tool.setuptools.package-data]\ndemo = ["data/*"]\n'
SETUP_CFG = f"""
[metadata]
name = demo
version = attr: demo.__version__
[options]
packages = demo
package_dir =
    = src
install_requires =
    {DEPENDENCY}
[options.package_data]
demo = data/*
[options.entry_points]
console_scripts =
    demo = demo.cli:main
"""
SETUP_PY = f"""
from pathlib import Path
from setuptools import find_packages, setup

NAME = "demo"

setup(
    name=NAME,
    version="0.3",
    long_description=Path(__file__).name,
    packages=find_packages(),
    package_data={{NAME: ["data/*"]}},
    install_requires=["{DEPENDENCY}"],
    entry_points={{"console_scripts": [f"{{NAME}} = {{NAME}}.cli:main"]}},
)
"""
POETRY_1 = f"""
[tool.poetry]
name = "demo"
version = "0.3"
description = ""
authors = []
packages = [{{include = "demo", from = "src"}}]
[tool.poetry.dependencies]
python = "^3.11"
{DEPENDENCY} = "^1.0"
[tool.poetry.scripts]
demo = {{reference = "demo.cli:main", type = "console"}}
"""
DYNAMIC_PROJECT = PROJECT.replace('version = "0.3"\n', 'dynamic = ["version"]\n')
PROJECTS: Mapping[str, Mapping[str, str]] = {
    "flat": {**PACKAGE, "pyproject.toml": HATCH + PROJECT + SCRIPTS},
    "src": {**IN_SRC, "pyproject.toml": SETUPTOOLS + PROJECT + SCRIPTS + WITH_DATA},
    "setuptools": {
        **PACKAGE,
        "requirements.txt": f"{DEPENDENCY}>=1\n",
        "pyproject.toml": SETUPTOOLS
        + '[project]\nname = "demo"\ndynamic = ["version", "dependencies"]\n'
        + SCRIPTS
        + DYNAMIC
        + WITH_DATA,
    },
    "setup-cfg": {**IN_SRC, "setup.cfg": SETUP_CFG, "pyproject.toml": SETUPTOOLS},
    "setup-py": {**PACKAGE, "setup.py": SETUP_PY},
    "hatch": {
        **{f"code/{name}": text for name, text in PACKAGE.items()},
        "pyproject.toml": HATCH
        + DYNAMIC_PROJECT
        + SCRIPTS
        + '[tool.hatch.version]\npath = "code/demo/__init__.py"\n'
        + '[tool.hatch.build.targets.wheel]\npackages = ["code/demo"]\n',
    },
    "poetry-1": {**IN_SRC, "pyproject.toml": POETRY + POETRY_1},
    "poetry-2": {**IN_SRC, "pyproject.toml": POETRY + PROJECT + SCRIPTS},
    "main-module": {
        **IN_SRC,
        "src/demo/__main__.py": "import sys\nfrom demo.cli import main\nsys.exit(main())\n",
        "pyproject.toml": HATCH + PROJECT,
    },
}


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A wheelhouse with what the projects depend on."""
    code = {"oxidize_greeting.py": 'version = "1.0"\n'}
    make_wheel(tmp_path / "house", "oxidize_greeting", "1.0", code)
    return tmp_path / "house"


def write(space: Space, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        space.write(name, text)


def built(space: Space, house: Path, empty: Path, *arguments: str, target: str = "demo") -> Path:
    """The program that follows from `oxidize init`, alone in an empty folder."""
    done = space.oxidize("init", *arguments)
    assert done.returncode == 0, done.stderr
    space.build(target, "--wheelhouse", str(house))
    return Path(shutil.move(space.outputs(target) / target, empty / target))


@pytest.mark.parametrize("kind", PROJECTS)
def test_project(kind: str, space: Space, house: Path, empty: Path) -> None:
    """A project's program has its data, its version and its dependencies, whatever builds it."""
    write(space, PROJECTS[kind])
    done = run(built(space, house, empty), "x", cwd=empty, env={"HOME": str(empty)})
    assert (done.returncode, done.stdout) == (3, b"1.0 0.3 noted ['x']\n"), done.stderr.decode()


def test_several_scripts(space: Space, house: Path, empty: Path) -> None:
    """Each script of a project is a target; the one named like the project is the default."""
    text = SCRIPTS.replace("demo =", 'other = "demo.cli:App.other"\ndemo =')
    write(space, {**PACKAGE, "pyproject.toml": HATCH + PROJECT + text})
    other = run(built(space, house, empty, target="other"), cwd=empty)
    assert (other.returncode, other.stderr) == (1, b"other\n")
    done = space.oxidize("run", "--wheelhouse", house, "--", "x")
    assert (done.returncode, done.stdout) == (3, "1.0 0.3 noted ['x']\n")


def test_lock_of_uv(space: Space, house: Path, empty: Path) -> None:
    """What a comment proposes for a uv.lock takes its versions."""
    write(space, {**PACKAGE, "pyproject.toml": HATCH + PROJECT + SCRIPTS})
    locking = [find_uv_bin(), "lock", "--find-links", str(house)]
    subprocess.run(locking, cwd=space.root, check=True, capture_output=True)
    make_wheel(house, "oxidize_greeting", "2.0", {"oxidize_greeting.py": 'version = "2.0"\n'})
    assert space.oxidize("init").returncode == 0
    path = space.root / "build.star"
    text = path.read_text()
    assert '# "-r", "uv.lock" before "." would take' in text
    path.write_text(text.replace('pip_install(["."', 'pip_install(["-r", "uv.lock", "."'))
    done = space.oxidize("run", "--wheelhouse", house)
    assert done.stdout == "1.0 0.3 noted []\n", done.stderr


def test_script(space: Space, house: Path, empty: Path) -> None:
    """A script has what its metadata names, and the modules and packages beside it."""
    write(
        space,
        {
            "say-it.py": f'# /// script\n# dependencies = ["{DEPENDENCY}"]\n# ///\n'
            "import sys, helper, oxidize_greeting\n"
            "print(oxidize_greeting.version, helper.note, sys.argv[1:])\n",
            "helper.py": "import importlib.resources\n"
            'note = (importlib.resources.files("more") / "note.txt").read_text()\nimport more\n',
            "more/__init__.py": "",
            "more/note.txt": "noted",
        },
    )
    done = run(built(space, house, empty, "say-it.py", target="say-it"), "x", cwd=empty)
    assert done.stdout == b"1.0 noted ['x']\n", done.stderr.decode()


def test_folder(space: Space, house: Path, empty: Path) -> None:
    """A folder that nothing installs has its packages, also those that no module names, and what
    its requirements.txt asks for."""
    write(
        space,
        {
            "manage.py": "import importlib, os, sys\nimport oxidize_greeting\n"
            'os.environ.setdefault("SETTINGS", "site_.settings")\n'
            "print(importlib.import_module(os.environ['SETTINGS']).NAME, sys.argv[1:])\n",
            "site_/__init__.py": "",
            "site_/settings.py": 'NAME = "set"\n',
            "app.py": "this is no Python\n",
            "tests/__init__.py": "this neither\n",
            "requirements.txt": f"# for all\n{DEPENDENCY}==1.0\n",
            "pyproject.toml": "[tool.other]\nx = 1\n",
        },
    )
    done = run(built(space, house, empty, target="manage"), "migrate", cwd=empty)
    assert done.stdout == b"set ['migrate']\n", done.stderr.decode()


def test_code(space: Space, house: Path, empty: Path) -> None:
    """Code and packages that are named make a program of a folder without any source."""
    code = 'import oxidize_greeting\nprint("""\\\\""", oxidize_greeting.version)\n'
    arguments = ("--pip-install", DEPENDENCY, "--python-code", code)
    program = built(space, house, empty, *arguments, target=space.root.name)
    assert run(program, cwd=empty).stdout == b"\\ 1.0\n"
