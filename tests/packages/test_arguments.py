"""Arguments of pip_install(), and the files that they name."""

from __future__ import annotations

from pathlib import Path

import pytest

from oxidize.objects.reach import Reach
from oxidize.packages.arguments import read_arguments
from oxidize.packages.choice import Options
from oxidize.packages.places import Locations
from oxidize.packages.problem import Rejected
from oxidize.packages.request import Call
from tests.packages import wheels


def lines(call: Call) -> list[str]:
    return [each.line("PLACE") for each in call.wanted]


def refused(folder: Path, *args: str) -> str:
    with pytest.raises(Rejected) as caught:
        read_arguments(args, Reach(folder))
    return f"{caught.value} / {caught.value.diagnostic.help}"


@pytest.mark.parametrize(
    ("text", "line", "selector"),
    [
        ("rich", "rich", "rich"),
        ("Rich_Text == 1.0", "rich-text==1.0", "rich-text"),
        ("a[y, x]>=1,<2", "a[x,y]<2,>=1", "a[x,y]"),
        (
            "a; python_version<'3.12'",
            'a ; python_version < "3.12"',
            'a ; python_version < "3.12"',
        ),
        ("a @ https://files.invalid/a.zip", "a @ https://files.invalid/a.zip", "a"),
        (
            "https://files.invalid/a-1.0-py3-none-any.whl",
            "a @ https://files.invalid/a-1.0-py3-none-any.whl",
            "a",
        ),
    ],
)
def test_requirement(tmp_path: Path, text: str, line: str, selector: str) -> None:
    """However a requirement is spelled, it becomes the same line."""
    call = read_arguments([text], Reach(tmp_path))
    assert lines(call) == [line]
    assert call.selectors == (selector,)


@pytest.mark.parametrize(
    "text",
    ["./mine", "./mine[x]", "mine @ ./mine", "./other/../mine", "./mine ; sys_platform == 'linux'"],
)
def test_local_project(tmp_path: Path, text: str) -> None:
    """A project's folder is found however its path is spelled."""
    wheels.make_project(tmp_path / "mine", "mine")
    (tmp_path / "other").mkdir()
    (wanted,) = read_arguments([text], Reach(tmp_path)).wanted
    assert wanted.local is not None
    assert (wanted.name, wanted.local.path, wanted.local.kind) == (
        "mine",
        (tmp_path / "mine").resolve(),
        "project",
    )
    assert wanted.extras == (("x",) if "[" in text else ())
    assert bool(wanted.marker) == (";" in text)


def test_the_folder_itself(tmp_path: Path) -> None:
    """The build file's own folder can be the project."""
    wheels.make_project(tmp_path, "mine")
    (wanted,) = read_arguments(["."], Reach(tmp_path)).wanted
    assert wanted.name == "mine"


def test_options(tmp_path: Path) -> None:
    """Options are read in all of pip's spellings."""
    (tmp_path / "wheels").mkdir()
    (tmp_path / "limits.txt").write_text("b<2\n")
    places = "-i https://one.invalid --extra-index-url=https://two.invalid -fwheels --no-index"
    choice = "--pre --no-binary A_b,c --only-binary=:all: -climits.txt a"
    call = read_arguments(f"{places} {choice}".split(), Reach(tmp_path))
    assert call.locations == Locations(
        "https://one.invalid", ("https://two.invalid",), (str(tmp_path / "wheels"),), True
    )
    assert call.options == Options(True, frozenset({"a-b", "c"}), frozenset({":all:"}))
    assert call.constraints == ("b<2",)
    assert lines(call) == ["a"]


def test_file(tmp_path: Path) -> None:
    """A file's comments, continued lines, hashes, options and further files are understood."""
    (tmp_path / "more").mkdir()
    wheels.make_project(tmp_path / "more" / "mine", "mine")
    (tmp_path / "more" / "base.txt").write_text("base\n./mine\n")
    (tmp_path / "requirements.txt").write_text(
        "# a comment\n\n--pre\n-r more/base.txt\na==1.0 \\\n"
        f"    --hash=sha256:{'a' * 64} \\\n    --hash=sha256:{'b' * 64}  # twice\n"
        "b @ https://files.invalid/b.zip#egg=b\n"
    )
    call = read_arguments(["-r", "requirements.txt", "c"], Reach(tmp_path))
    assert lines(call) == [
        "base",
        "mine @ PLACE",
        "a==1.0",
        "b @ https://files.invalid/b.zip#egg=b",
        "c",
    ]
    assert call.wanted[2].hashes == ("a" * 64, "b" * 64)
    assert call.options.pre


def test_script(tmp_path: Path) -> None:
    """-r takes what a script's inline metadata depends on; local paths start at the script."""
    wheels.make_project(tmp_path / "tools" / "mine", "mine")
    head = '# /// script\n# dependencies = ["rich>=13", "mine @ ./mine"]\n# ///\n'
    (tmp_path / "tools" / "report.py").write_text(head + "import rich\n")
    (tmp_path / "plain.py").write_text("import sys\n")
    (tmp_path / "wrong.py").write_text(head.replace("rich>=13", "a b"))
    assert lines(read_arguments(["-r", "tools/report.py"], Reach(tmp_path))) == [
        "rich>=13",
        "mine @ PLACE",
    ]
    assert lines(read_arguments(["-r", "plain.py"], Reach(tmp_path))) == []
    assert refused(tmp_path, "-r", "wrong.py").startswith('wrong.py: its inline metadata: "a b"')


def test_byte_order_mark_and_crlf(tmp_path: Path) -> None:
    """Files as Windows writes them are read, too."""
    (tmp_path / "r.txt").write_bytes(b"\xef\xbb\xbfa\r\nb \\\r\n  >=1\r\n")
    assert lines(read_arguments(["-r", "r.txt"], Reach(tmp_path))) == ["a", "b>=1"]


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("--upgrade",), "oxidize lock --upgrade"),
        (("--index-ulr", "x"), "did you mean --index-url?"),
        (("-c", "limits.txt"), "a constraint is a name and versions"),
        (("-f", "nowhere"), 'there is no folder "nowhere"'),
        (("mine @ ./other",), "is other, not mine"),
        (("./x-1.0.whl",), "there is no file or folder"),
        (("./bad.whl",), "bad.whl"),
        (("-r", "uv.lock"), "is not that of one project"),
        (("-r", "pylock.toml"), "lacks"),
        (("-r", "binary.txt"), "can't be read"),
    ],
)
def test_refused(tmp_path: Path, args: tuple[str, ...], told: str) -> None:
    """What can't be taken is refused with what is wrong or what to do."""
    wheels.make_project(tmp_path / "other", "other")
    (tmp_path / "bad.whl").write_text("")
    (tmp_path / "limits.txt").write_text("a[x]\n")
    (tmp_path / "uv.lock").write_text("version = 1\n")
    (tmp_path / "pylock.toml").write_text("")
    (tmp_path / "binary.txt").write_bytes(b"\xff\xfe\x00")
    assert told in refused(tmp_path, *args)


def test_uv_lock_with_local_packages(tmp_path: Path) -> None:
    """A uv.lock that has packages of other folders is refused, with their names."""
    (tmp_path / "uv.lock").write_text(
        '[[package]]\nname = "mine"\nsource = { editable = "." }\n'
        '[[package]]\nname = "beside"\nsource = { editable = "../beside" }\n'
    )
    assert "beside @ ./PATH" in refused(tmp_path, "-r", "uv.lock")


@pytest.mark.parametrize(
    "text",
    [
        "a @ http://user:S3cr3t@files.invalid/a.zip",
        "a @ http://S3cr3t@files.invalid/a.zip",
        "http://user:S3cr3t@files.invalid/a-1.0-py3-none-any.whl",
    ],
)
def test_literal_credentials(tmp_path: Path, text: str) -> None:
    """A literal password in a direct URL is refused, with the way to name a variable."""
    for args in ([text], ["-r", "r.txt"], ["-c", "r.txt", "b"]):
        (tmp_path / "r.txt").write_text(f"{text}\n")
        told = refused(tmp_path, *args)
        assert "S3cr3t" not in told
        assert "@ http://USER:${NAME}@files.invalid/a" in told


def test_literal_credentials_in_a_lock(tmp_path: Path) -> None:
    """Those in a URL of another tool's lock are refused as well."""
    (tmp_path / "pylock.toml").write_text(
        '[[packages]]\nname = "a"\n'
        'archive = { url = "http://u:S3cr3t@h.invalid/a.zip", hashes = { sha256 = "0" } }\n'
    )
    assert "the URL of a has credentials" in refused(tmp_path, "-r", "pylock.toml")
    (tmp_path / "uv.lock").write_text(
        '[[package]]\nname = "p"\nsource = { virtual = "." }\n'
        '[[package]]\nname = "a"\nsource = { url = "http://u:S3cr3t@h.invalid/a.zip" }\n'
    )
    assert "the URL of a has credentials" in refused(tmp_path, "-r", "uv.lock")


def test_variable_in_a_url(tmp_path: Path) -> None:
    """A variable that stands for a password stays as it is spelled."""
    text = "a @ http://user:${MY_PW}@files.invalid/a.zip"
    assert lines(read_arguments([text], Reach(tmp_path))) == [text]


@pytest.mark.parametrize(
    ("hashes", "message"),
    [
        ("--hash=sha256:abc", 'r.txt:2: "abc" is not a sha256'),
        ("--hash=sha256:", 'r.txt:2: "" is not a sha256'),
        (f"--hash=sha256:{'x' * 64}", "is not a sha256"),
        (f"--hash=sha256:{'a' * 64} --hash=sha256:1", 'r.txt:2: "1" is not a sha256'),
        (f"--hash=sha512:{'a' * 128}", "r.txt:2: there is no sha256, only sha512"),
    ],
)
def test_wrong_hash(tmp_path: Path, hashes: str, message: str) -> None:
    """A hash that can't be one is refused by its file and line."""
    (tmp_path / "r.txt").write_text(f"b\na==1.0 {hashes}\n")
    assert message in refused(tmp_path, "-r", "r.txt")
