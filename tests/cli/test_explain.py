"""`oxidize explain`, and the pages in docs/codes that it shows: all codes, and nothing untrue."""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import cast

import pytest
from attrs import define, evolve, field

from oxidize.cli.explain import explanation
from oxidize.cli.main import main
from oxidize.codes import GROUPS, TITLES
from oxidize.errors import BuildFileError
from oxidize.graph.action import Value
from oxidize.paths import codes_folder
from oxidize.resources.facts import Facts
from oxidize.resources.placement import Placement
from oxidize.starlark.check.checker import check
from oxidize.starlark.check.files import files_of
from oxidize.starlark.session import Session
from oxidize.starlark.trial import Trial
from oxidize.starlark.trial_files import SUFFIX, StarlarkTestFile
from tests.objects.test_program import all_actions
from tests.starlark.project import Project

DOCS = Path(__file__).parents[2] / "docs"
# What examples name.
FILES = {
    "LICENSE": "Free.\n",
    "requirements.txt": "rich\n",
    "app/__init__.py": "",
    "app/__main__.py": "",
    "build.star": "register_target('app', lambda: default_python_distribution()"
    ".to_python_executable('app'))\nregister_target('files', lambda: FileManifest())\n",
}
# Codes of load and analysis without a wrong and a right example that tests can run, and why.
WITHOUT_EXAMPLE = {
    "OX0106": "the right one has no code",
    "OX0109": "a page is UTF-8",
    "OX0112": "it is about a folder",
    "OX0121": "the build reads folders",
    "OX0122": "the right one has the same files",
    **dict.fromkeys(("OX0130", "OX0131", "OX0132", "OX0133"), "it is about what is fetched"),
    "OX0212": "no known build file gives it",
    "OX0223": "it is about an environment's files",
    "OX0301": "the command line asks for the target",
    "OX0503": "which interpreters there are differs",
    "OX0515": "which interpreters there are differs",
}
NO_TARGET = "OX0306"
# The files that examples are, unless they name another one.
MAIN = {"python": "build.star", "toml": "oxidize.toml"}
# What functions are asked of that decide on resources.
RESOURCE = Facts(
    "module app.part",
    "PythonModuleSource",
    "app.part",
    "app",
    is_package=False,
    is_stdlib=False,
    is_executable=False,
    placement=Placement(),
    read=lambda: b"",
)


@define
class Example:
    """Blocks of a page that belong together: a command line, or a file and what else is there.

    The head of the first one is `python wrong`, or `python app_test.star wrong` for a file that
    isn't the build file; of the others, `python wrong tools.star`.
    """

    code: str
    kind: str
    language: str
    name: str
    text: str
    files: dict[str, str] = field(factory=dict)

    def __str__(self) -> str:
        return f"{self.code}-{self.kind}"


def examples() -> Iterator[Example]:
    """What pages mark as wrong or right."""
    for code in sorted(path.stem for path in codes_folder().glob("*.md")):
        found: list[Example] = []
        for head, text in re.findall(r"^```(.*?)\n(.*?)^```$", explanation(code), re.M | re.S):
            words = head.split()
            if words[-1:] in (["wrong"], ["right"]):
                name = words[1] if len(words) == 3 else MAIN.get(words[0], "")
                found.append(Example(code, words[-1], words[0], name, text))
            elif found and found[-1].kind in words:
                found[-1].files[words[-1]] = text
        yield from found


EXAMPLES = list(examples())
IN_FILES = [each for each in EXAMPLES if each.language in MAIN]


def given(example: Example, project: Project) -> set[str]:
    """The codes that evaluating or checking an example's file ends with."""
    for name, text in {**FILES, example.name: example.text, **example.files}.items():
        project.write(name, text)
    try:
        if example.code.startswith("OX10"):
            return checked(project, example.name)
        if example.name.endswith(SUFFIX):
            run_tests(project, example.name)
        else:
            evaluate(project)
    except BuildFileError as error:
        return {error.diagnostic.code}
    return set()


def evaluate(project: Project) -> None:
    """Loads the build file, analyses all targets, and asks functions that decide on resources."""
    session = Session.load(project.settings(), project.printed.append)
    outputs = session.analyze(list(session.targets)).values()
    artifacts = [artifact for each in outputs for artifact in each.files.values()]
    for action in chain.from_iterable(map(all_actions, artifacts)):
        for step in cast("tuple[Mapping[str, Value], ...]", action.params.get("steps", ())):
            session.decide(step, [RESOURCE])


def run_tests(project: Project, name: str) -> None:
    """Runs the tests of a file."""
    for test in StarlarkTestFile(project.folder / name, project.folder).tests():
        settings = evolve(project.settings(), text=test.caller())
        if error := Trial(settings, project.printed.append).run():
            raise error


def checked(project: Project, name: str) -> set[str]:
    """What a check of one file finds."""
    files = files_of([project.folder / name])
    report = check(files, project.settings(), lambda root: {}, project.printed.append)
    return {each.code for each in report.findings}


def test_every_code_has_a_page() -> None:
    """Each code has a page under its title, and each page a code."""
    pages = {path.stem for path in codes_folder().iterdir()}
    for code in TITLES.keys() - pages:
        pytest.fail(
            f"{code} has no page: write docs/codes/{code}.md (heading `# {code}: {TITLES[code]}`, "
            "what it means, a ```python wrong and a ```python right example), and then: "
            "OXIDIZE_REGENERATE=1 python -m pytest tests/cli/test_explain.py"
        )
    assert pages == TITLES.keys()
    for code, title in TITLES.items():
        assert explanation(code).startswith(f"# {code}: {title}\n\n"), f"docs/codes/{code}.md"


@pytest.mark.parametrize("example", [e for e in IN_FILES if e.kind == "wrong"], ids=str)
def test_wrong_examples_are_wrong(example: Example, project: Project) -> None:
    """A wrong file of a page gives the page's code, and a check nothing else."""
    assert given(example, project) == {example.code}


@pytest.mark.parametrize("example", [e for e in IN_FILES if e.kind == "right"], ids=str)
def test_right_examples_are_right(example: Example, project: Project) -> None:
    """A mended file of a page gives no error; most register no target, being parts of one."""
    assert given(example, project) <= {NO_TARGET} - {example.code}


@pytest.mark.parametrize("example", [e for e in EXAMPLES if e.language == "sh"], ids=str)
def test_wrong_command_lines_are_wrong(
    example: Example,
    project: Project,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A wrong command line of a page gives the page's code."""
    for name, text in FILES.items():
        project.write(name, text)
    monkeypatch.chdir(project.folder)
    monkeypatch.setenv("OXIDIZE_CACHE_DIR", str(project.folder / "cache"))
    _, *argv = shlex.split(example.text)
    # Tests that aren't there have an exit code of their own.
    assert main([*argv, "--message-format", "json"]) == (4 if example.code == "OX0830" else 2)
    assert json.loads(capsys.readouterr().err)["code"] == example.code


def test_build_files_have_examples() -> None:
    """The page of a code that load, analysis or a check gives shows what is wrong, and right."""
    groups = ("OX01", "OX02", "OX03", "OX10")
    analysed = {code for code in TITLES if code.startswith(groups)}
    analysed |= {each.code for each in IN_FILES} - WITHOUT_EXAMPLE.keys()
    for code in sorted(analysed - WITHOUT_EXAMPLE.keys()):
        kinds = {each.kind for each in IN_FILES if each.code == code}
        assert kinds == {"wrong", "right"}, f"docs/codes/{code}.md"


@pytest.mark.parametrize("asked", ["OX0102", "ox0102", "0102", "102", "error[OX0102]"])
def test_a_code_however_it_is_written(asked: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A code is explained on stdout, as a terminal shows it."""
    assert main(["explain", asked]) == 0
    out = capsys.readouterr().out
    assert out.startswith("OX0102: unknown name\n\n")
    assert "\n    dist = default_python_distributoin()\n" in out
    assert "```" not in out


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("OX0299", "did you mean OX0209?"),
        ("OX01022", "did you mean OX0102?"),
        ("everything", "oxidize explain lists all codes"),
    ],
)
def test_unknown_code(asked: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown code is refused with the nearest one."""
    assert main(["explain", asked]) == 2
    assert told in capsys.readouterr().err


def test_all_codes(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a code, all are listed below what they are about."""
    assert main(["explain"]) == 0
    out = capsys.readouterr().out
    for prefix, group in GROUPS.items():
        assert f"{prefix}xx  {group}\n  {prefix}" in out
    assert all(f"  {code}  {title}\n" in out for code, title in TITLES.items())


def test_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    """With --message-format json, each code is an object; one that is asked for has its page."""
    assert main(["explain", "--message-format", "json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["code"]: row["title"] for row in rows} == TITLES
    assert main(["explain", "102", "--message-format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "code": "OX0102",
        "title": "unknown name",
        "group": "parsing, load() and names",
        "text": explanation("OX0102"),
    }


def test_the_list_in_the_documentation() -> None:
    """docs/diagnostics.md lists all codes by group; OXIDIZE_REGENERATE=1 writes the list anew."""
    page = DOCS / "diagnostics.md"
    text = page.read_text(encoding="utf-8")
    written = text.partition("\n## Codes\n")[0] + "\n## Codes\n" + code_list()
    if os.environ.get("OXIDIZE_REGENERATE"):
        page.write_text(written, encoding="utf-8")
    assert page.read_text(encoding="utf-8") == written


def code_list() -> str:
    parts = [
        "",
        "<!-- Generated: OXIDIZE_REGENERATE=1 python -m pytest tests/cli/test_explain.py -->",
    ]
    for prefix, group in GROUPS.items():
        rows = (f"| [{c}](codes/{c}.md) | {t} |" for c, t in TITLES.items() if c[:4] == prefix)
        parts += ["", f"### {prefix}xx: {group}", "", "| code | title |", "|---|---|", *rows]
    return "\n".join(parts) + "\n"
