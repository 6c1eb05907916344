"""Small wheels and projects, made here, so that tests need no index."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path


def make_wheel(
    folder: Path,
    name: str,
    version: str,
    files: Mapping[str, str] | None = None,
    *,
    requires: Sequence[str] = (),
    extras: Sequence[str] = (),
    python: str = "",
    scripts: Mapping[str, str] | None = None,
    tag: str = "py3-none-any",
    record: str | None = None,
    licence: str = "",
) -> Path:
    """Writes a wheel with one module of its name, unless told its files."""
    info = f"{name}-{version}.dist-info"
    content = dict(files if files is not None else {f"{name}.py": f'version = "{version}"\n'})
    content[f"{info}/METADATA"] = _metadata(name, version, requires, extras, python)
    if licence:
        content[f"{info}/METADATA"] += f"License: {licence}\n"
    content[f"{info}/WHEEL"] = (
        f"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: {tag}\n"
    )
    if scripts:
        rows = "".join(f"{script} = {place}\n" for script, place in scripts.items())
        content[f"{info}/entry_points.txt"] = f"[console_scripts]\n{rows}"
    rows = _record(content) + f"{info}/RECORD,,\n"
    content[f"{info}/RECORD"] = rows if record is None else record
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-{tag}.whl"
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for place, text in content.items():
            archive.writestr(zipfile.ZipInfo(place), text)
    path.write_bytes(data.getvalue())
    return path


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _metadata(
    name: str, version: str, requires: Sequence[str], extras: Sequence[str], python: str
) -> str:
    rows = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    rows += [f"Requires-Python: {python}"] if python else []
    rows += [f"Provides-Extra: {extra}" for extra in extras]
    rows += [f"Requires-Dist: {each}" for each in requires]
    return "\n".join(rows) + "\n"


def _record(content: Mapping[str, str]) -> str:
    return "".join(
        f"{place},sha256={_digest(text)},{len(text.encode())}\n" for place, text in content.items()
    )


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


# A back end that needs nothing: it writes the wheel by itself.
BACKEND = """
import base64, hashlib, os, zipfile

def get_requires_for_build_wheel(config_settings=None):
    return []

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    import tomllib
    with open("pyproject.toml", "rb") as file:
        project = tomllib.load(file)["project"]
    name, version = project["name"], project["version"]
    info = f"{name}-{version}.dist-info"
    files = {each: open(each).read() for each in os.listdir() if each.startswith(name)}
    if "FLAVOUR" in os.environ:
        files[f"{name}_flavour.py"] = f"flavour = {os.environ['FLAVOUR']!r}\\n"
    rows = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    rows += [f"Requires-Dist: {each}" for each in project.get("dependencies", [])]
    files[f"{info}/METADATA"] = "\\n".join(rows) + "\\n"
    if scripts := project.get("scripts"):
        rows = [f"{script} = {place}" for script, place in scripts.items()]
        files[f"{info}/entry_points.txt"] = "\\n".join(["[console_scripts]", *rows, ""])
    rows = ["Wheel-Version: 1.0", "Root-Is-Purelib: true", "Tag: py3-none-any"]
    files[f"{info}/WHEEL"] = "\\n".join(rows) + "\\n"
    files[f"{info}/RECORD"] = "".join(f"{each},,\\n" for each in [*files, f"{info}/RECORD"])
    target = f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(wheel_directory, target), "w") as archive:
        for each, text in files.items():
            archive.writestr(zipfile.ZipInfo(each), text)
    return target
"""


def make_project(
    folder: Path, name: str, version: str = "1.0", *, requires: Sequence[str] = ()
) -> Path:
    """Writes a project with one module, which builds without fetching anything."""
    folder.mkdir(parents=True, exist_ok=True)
    dependencies = ", ".join(f'"{each}"' for each in requires)
    (folder / "pyproject.toml").write_text(
        f'[project]\nname = "{name}"\nversion = "{version}"\ndependencies = [{dependencies}]\n\n'
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    )
    (folder / "backend.py").write_text(BACKEND)
    (folder / f"{name}.py").write_text(f'version = "{version}"\n')
    return folder
