"""What an action may use and nobody may see."""

from __future__ import annotations

import pytest
from attrs import evolve

from oxidize.graph.action import Action, Output
from oxidize.redaction import bare, blotted, has_credentials, redacted, without_credentials
from tests.executor.kinds import Script
from tests.executor.space import Space, action

SECRET = {"MY_PASSWORD": "hunter2222", "PLACE": "https://me:pw@index.invalid/"}


class Private(Script):
    """Runs a command with private variables."""

    def run(self, context):  # type: ignore[no-untyped-def]
        run, private = context.run, context.private
        context.run = lambda argv: run(argv, private=dict(private))
        super().run(context)


def private(code: str) -> Output:
    out = action("script", code=code)
    return evolve(out.action, private=SECRET).output("out")


def build_space(space: Space) -> Space:
    space.kinds = {"script": Private()}
    return space


def test_command_gets_it(space: Space) -> None:
    """A command finds private variables in its environment."""
    code = "import os, sys; open(sys.argv[1], 'w').write(os.environ['MY_PASSWORD'])"
    result = build_space(space).build(private(code))
    assert not result.failures


def test_not_in_errors(space: Space) -> None:
    """Neither the output of a failed command nor the line that repeats it tells a secret."""
    code = "import os; print(os.environ); raise SystemExit(1)"
    (error,) = build_space(space).build(private(code)).failures
    told = error.output + str(error.diagnostic)
    assert "MY_PASSWORD" in told
    assert "hunter2222" not in told
    assert "me:pw" not in told
    assert "index.invalid" in error.output
    assert "to repeat it with your own index settings" in error.diagnostic.notes[0]


def test_no_part_of_the_key(space: Space) -> None:
    """Another secret builds nothing anew, and no secret is on disk."""
    code = "import sys; open(sys.argv[1], 'w').write('done')"
    first = private(code)
    build_space(space).build(first)
    other: Action = evolve(first.action, private={"MY_PASSWORD": "changed"})
    assert space.build(other.output("out")).ran == 0
    for path in space.cache.rglob("*"):
        assert not path.is_file() or b"hunter2222" not in path.read_bytes()


def test_credentials_in_urls() -> None:
    """Credentials go out of URLs, whoever is told; in a line of source, columns stay."""
    text = "see https://me:pw@a.invalid/x and ssh://git@b.invalid, not a@b"
    assert redacted(text, {"X": "y"}) == (
        "see https://****@a.invalid/x and ssh://****@b.invalid, not a@b"
    )
    assert len(blotted(text)) == len(text)
    assert "pw" not in blotted(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://user:S3cr3t@h/foo.tar.gz",
        "git+https://user:S3cr3t@h/foo.git",
        "https://S3cr3t@h/x and more",
        "https://S3cr3t:x-oauth-basic@h/x",
        "https://user:p@S3cr3t@h/x",
        "https://user:a/S3cr3t@h/x",
        'pip_install(["--index-url https://user:S3cr3t@h/simple"])',
    ],
)
def test_literal_credentials(text: str) -> None:
    """A literal password or token is found in a URL, wherever the URL stands."""
    assert has_credentials(text)
    for told in (without_credentials(text), blotted(text), bare(text)):
        assert "S3cr3t" not in told
        assert "h/" in told


@pytest.mark.parametrize(
    "text",
    [
        "https://user:${MY_PW}@h/x",
        "https://${TOKEN}@h/x",
        "https://${TOKEN}:x-oauth-basic@h/x",
        "http://127.0.0.1:80/a@1.0",
        "https://h/a@b",
        "a@b",
    ],
)
def test_no_literal_credentials(text: str) -> None:
    """What only names a variable, or has no user, is told as it is."""
    assert not has_credentials(text)
    assert without_credentials(text) == blotted(text) == text
