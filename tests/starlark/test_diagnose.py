"""What becomes of Starlark's own messages; tests/failing has most of it, as whole messages."""

from __future__ import annotations

import pytest

from oxidize.objects.language import language
from oxidize.starlark.diagnose.scene import scene_of
from oxidize.starlark.diagnose.translate import explain
from oxidize.starlark.sources import Sources
from oxidize.starlark.traceback import Raised
from tests.starlark.project import Project


def test_a_message_that_is_not_known() -> None:
    """A message of Starlark's that nobody has met is told as it is, under a code for these."""
    scene = scene_of(Raised("Frobnication of `x`", None, ()), Sources(), language())
    diagnostic = explain(scene).diagnostic
    assert (diagnostic.code, diagnostic.message) == ("OX0212", 'Frobnication of "x"')


@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        ("x = {'a': 1} + {'b': 2}", "OX0250", "a | b"),
        ("x = [1] + (2,)", "OX0250", "list(value)"),
        ("x = -'a'", "OX0250", '"-" doesn\'t work on str'),
        ("x = 1 in 5", "OX0250", '"in" doesn\'t work on int'),
        ("x = 1 in 'a'", "OX0250", "only str can be in str"),
        ("x = sorted([1, None])", "OX0250", "can't be compared"),
        ("x = None['a']", "OX0253", "None has no items"),
        ("x = 5()", "OX0251", "int can't be called"),
        ("a, b = 5", "OX0207", "int can't be unpacked"),
        ("x = [y for y in 5]", "OX0207", "int can't be looped over"),
        ("x = 5 % 0", "OX0255", "5 is divided by 0"),
        ("x = 1.5 / 0", "OX0255", "1.5 is divided by 0"),
        ("x = float('abc')", "OX0254", '"abc" is not a number'),
        ("x = int('1', 99)", "OX0214", "2 to 36"),
        ("x = '%d' % 'a'", "OX0256", '"%d" needs a number'),
        ("x = '%s %s' % ('a',)", "OX0256", "more places than there are values"),
        ("x = '{} {}'.format(1)", "OX0256", "more places than there are values"),
        ("x = '{'.format(1)", "OX0256", "can't be understood"),
        ("x = 'abc'[::0]", "OX0214", "step of a slice"),
        ("x = [].pop()", "OX0217", "the list is empty"),
        ("x = {}.popitem()", "OX0214", "the dict is empty"),
        ("x = 'abc'.index('z')", "OX0217", "there is no z in abc"),
        ("x = max([])", "OX0214", "no smallest or largest"),
        ("x = range(1, 2, 0)", "OX0214", "step of range()"),
        ("x = chr(-1)", "OX0214", "number of a character"),
        ("x = ord('ab')", "OX0214", "one character"),
        ("x = 1 << -1", "OX0214", "negative number"),
        ("x = str(1, 2)", "OX0204", "str() takes 1 argument by position, not 2"),
        ("x = enum(1)", "OX0201", "enum() takes str only"),
        ("x = enum('a', 'a')", "OX0257", 'the value "a"'),
        ("x = record(a = 'int')", "OX0262", "write int"),
        ("def f(x: 5):\n    pass", "OX0262", "5 is not a type"),
        ("x = 5\nx.a = 1", "OX0205", 'int has no attribute "a"'),
        ("x = getattr('a', 'foo')", "OX0205", 'str has no attribute "foo"'),
        ("x = record(a = int)\nx(a = 1, b = 2)", "OX0203", 'no argument "b"'),
        ("x = struct(a = 1)\nx.b", "OX0205", "did you mean"),
        ("fail()", "OX0211", "without a message"),
        ("x: int = 'a'", "OX0259", "this must be int, not str"),
        ("x = set([1])", "OX0102", "use a dict"),
        ("x = a ? 1 : 2", "OX0101", "`a if condition else b`"),
        ("x++", "OX0101", "x += 1"),
        ("@wrap\ndef f():\n    pass", "OX0101", "no decorators"),
        ("x = y = 1", "OX0101", "one name per line"),
        ("x = 'a' 'b'", "OX0101", "a comma between the texts"),
        ("x = load(':a.star', 'b')", "OX0101", "a statement of its own"),
        ("del x", "OX0101", "pop()"),
        ("break", "OX0140", "inside a loop"),
    ],
)
def test_messages_of_starlark(line: str, code: str, told: str, project: Project) -> None:
    """Mistakes that people make in Starlark get codes of their own, and plain words."""
    diagnostic = project.refused(line)
    assert diagnostic.code == code
    assert told in f"{diagnostic.message}\n{diagnostic.help}"
    assert diagnostic.span is not None
