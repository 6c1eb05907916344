"""The functions that build files find among their globals."""

from __future__ import annotations

from collections.abc import Sequence

from oxidize.objects.callback import Callback, Calls
from oxidize.objects.context import Context
from oxidize.objects.member import exposed
from oxidize.objects.problem import refuse
from oxidize.objects.script_type import Text


@exposed(each_pass=True)
def register_target(
    context: Context, name: str, fn: Callback, depends: Sequence[str] = (), default: bool = False
) -> Calls[None]:
    """Gives a name to something that can be built.

    Args:
        name: The target's name, for the command line and for `depends`.
        fn: Makes the target's value; called only if the target is wanted, with the values of
            `depends` as positional arguments.
        depends: Names of targets whose values the function takes.
        default: Build this target when none is asked for. The last such target wins; if there is
            none, the first target is the default.
    """
    return context.targets.register(name, depends, default)


@exposed()
def set_build_path(context: Context, path: str) -> None:
    """Says where outputs go, in place of the folder `build` beside the build file.

    Args:
        path: The folder; relative to the build file's folder.
    """
    if context.handle.target:
        help = "call set_build_path() outside of target functions"
        refuse("OX0228", "the function of a target sets the build path", help=help)
    if context.reach.root is not None:
        refuse("OX0228", "the code of a library sets the build path", help="the build file may")
    context.build_path = context.path(path)


@exposed()
def resolve_targets(context: Context) -> None:
    """Does nothing: targets are resolved after the build file has been read."""


@exposed()
def resolve_target(context: Context, target: str) -> None:
    """Does nothing: name the target in another one's `depends` to get its value.

    Args:
        target: The target's name.
    """


@exposed(decides=True)
def print(context: Context, *values: Text) -> None:
    """Writes values, separated by blanks, to standard error.

    Args:
        values: What to write.
    """
    context.emit_print(" ".join(values))
