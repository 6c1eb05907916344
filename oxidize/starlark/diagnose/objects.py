"""Errors of objects: unknown methods, assignment to attributes, loops; and the line to write."""

from __future__ import annotations

import re

from oxidize.errors import Diagnostic, Span
from oxidize.objects.member import Member, Parameter
from oxidize.starlark.callsite import find_call, statement_span
from oxidize.starlark.diagnose.expressions import condition_of, in_one_line
from oxidize.starlark.diagnose.former import METHODS, RESOURCE_SETTINGS, SETTINGS
from oxidize.starlark.diagnose.infer import made_by, maker, type_of
from oxidize.starlark.diagnose.kinds import kind_name
from oxidize.starlark.diagnose.loops import whole_collection
from oxidize.starlark.diagnose.scene import Scene
from oxidize.starlark.prelude import literal
from oxidize.suggest import did_you_mean


def no_attribute(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """A method that the object doesn't have."""
    kind, name, suggested = match[1], match[2], match[3]
    receiver = _receiver(scene, name)
    if kind != "record":
        shown = kind_name(kind)
        help = f'did you mean "{suggested}"?' if suggested else None
        made = made_by(scene, receiver) if receiver and kind == "NoneType" else None
        if made and made.callee == "resolve_target":
            help = "name the target in `depends`: the function gets its value as an argument"
        return scene.diagnostic("OX0205", f'{shown} has no attribute "{name}"', help=help)
    type_name = type_of(scene, receiver) if receiver else None
    if type_name is None and suggested:
        type_name = _only_owner(scene, suggested)
    span = _name_span(scene, receiver) if receiver else None
    kind = "method" if _is_called(scene, span) else "attribute"
    return scene.diagnostic(
        "OX0205",
        f'{type_name or "this object"} has no {kind} "{name}"',
        span=span,
        help=_method_help(scene, type_name, name, suggested),
    )


def assignment(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """`object.name = value`, as PyOxidizer's settings were changed."""
    name = match[1]
    receiver = _receiver(scene, name)
    member = _setter(scene, name, receiver)
    help = SETTINGS.get(name, "give settings as arguments of the call that makes the object")
    if name in RESOURCE_SETTINGS and receiver and scene.source:
        help = _copy_help(scene.source.cut(receiver), name, _value(scene))
    elif member and (row := _row(member, name)):
        value = _value_when(scene, row)
        help = f"give it to the call that makes the object: {member.name}({name} = {value})"
    elif member and name not in SETTINGS:
        meant = did_you_mean(name, [each.name for each in member.parameters])
        help += f"; {meant}" if meant else ""
    made = member.returns.objects[0] if member and member.returns.objects else None
    of_resource = "a resource" if name in RESOURCE_SETTINGS else None
    kind = scene.receiver or made or of_resource or "this object"
    return scene.diagnostic("OX0206", f'"{name}" of {kind} can\'t be assigned', help=help)


def _setter(scene: Scene, name: str, receiver: Span | None) -> Member | None:
    """The member whose call takes the setting: what made the object, else the only one there is."""
    if made := maker(scene, made_by(scene, receiver) if receiver else None):
        return made
    types = scene.language.types.values()
    takers = [
        member
        for each in types
        for member in each.members.values()
        if any(row.keyword_only and row.name == name for row in member.parameters)
    ]
    return takers[0] if len(takers) == 1 else None


def _row(member: Member, name: str) -> Parameter | None:
    return next((each for each in member.parameters if each.name == name), None)


def _value_when(scene: Scene, row: Parameter) -> str:
    """What is assigned; if only under a condition, otherwise the default."""
    value = _value(scene)
    if scene.source is None or scene.span is None:
        return value
    condition = condition_of(scene.source.text, scene.span.line)
    return f"{value} if {condition} else {literal(row.default)}" if condition else value


def _copy_help(resource: str, name: str, value: str) -> str:
    # None leaves a setting as it is; so having none is a word.
    value = '"none"' if value == "None" else value
    copy = f"{resource} = {resource}.with_settings({RESOURCE_SETTINGS[name]} = {value})"
    return f'write {copy}, and at the end of the function "return {resource}"'


def loop(scene: Scene, kind: str) -> Diagnostic:
    """A loop over what has no elements; `for r in collection`, as PyOxidizer's resources were."""
    where = _looped(scene)
    if kind != "record":
        return scene.diagnostic("OX0207", f"{kind_name(kind)} can't be looped over", span=where)
    found = (type_of(scene, where) if where else None) or "this object"
    help = None
    if found == "ResourceCollection" and scene.source and scene.span:
        line = whole_collection(scene.source, scene.span)
        help = f"write {line}" if line else _WHOLE
    return scene.diagnostic("OX0207", f"{found} can't be looped over", span=where, help=help)


_WHOLE = (
    "it is added as a whole: only([...]), without([...]), filter(fn) and relocate(location) change "
    "it before, and a function decides on each resource: policy.register_resource_callback(fn)"
)
_LOOP = re.compile(r"for +(\w+) +in +(.*?) *:[ \t]*(?:#.*)?(?:\n|$)", re.DOTALL)


def _looped(scene: Scene) -> Span | None:
    """What a loop goes over."""
    head = _LOOP.match(scene.text())
    if head is None or scene.source is None or scene.span is None:
        return None
    start = scene.source.offset(scene.span.line, scene.span.column)
    return scene.source.span(start + head.start(2), start + head.end(2))


def _method_help(
    scene: Scene, type_name: str | None, name: str, suggested: str | None
) -> str | None:
    if name == "setup_py_install":
        return _project_help(scene)
    # A single word may be meant for a record of the user's own.
    if name in METHODS and (type_name or "_" in name):
        return METHODS[name]
    if type_name:
        found = scene.language.types[type_name]
        known = [*found.members, *found.fields]
        if meant := did_you_mean(name, known):
            return meant
        owners = [t.name for t in scene.language.types.values() if name in t.members]
        if owners:
            return f'"{name}" is a method of {" and ".join(owners)}'
        return f"it has: {', '.join(known)}" if known else "it has no methods"
    return f'did you mean "{suggested}"?' if suggested else None


def _project_help(scene: Scene) -> str:
    """`setup_py_install(path)` as pip_install() has it, where a path has to look like one."""
    path = '"."'
    if scene.source and scene.span:
        call = find_call(scene.source, scene.span.line, "setup_py_install")
        given = call.argument("package_path", 0) if call else None
        path = scene.source.cut(given).rpartition("=")[2].strip() if given else path
    path = re.sub(r"""^(["'])(?![./])""", r"\1./", path)
    return f"write pip_install([{path}]): a project is installed by its own build back end"


def _only_owner(scene: Scene, method: str) -> str | None:
    owners = [t.name for t in scene.language.types.values() if method in t.members]
    return owners[0] if len(owners) == 1 else None


def _receiver(scene: Scene, name: str) -> Span | None:
    """What stands before `.name` in the span."""
    if scene.source is None or scene.span is None:
        return None
    text = scene.text()
    dots = list(re.finditer(rf"\s*\.\s*{name}\b", text))
    start = scene.source.offset(scene.span.line, scene.span.column)
    return scene.source.span(start, start + dots[-1].start()) if dots else None


def _is_called(scene: Scene, name: Span | None) -> bool:
    if scene.source is None or name is None:
        return True
    end = scene.source.offset(name.end_line, name.end_column)
    return scene.source.text[end:].lstrip().startswith("(")


def _name_span(scene: Scene, receiver: Span) -> Span | None:
    assert scene.source is not None
    end = scene.source.offset(receiver.end_line, receiver.end_column)
    found = re.compile(r"\s*\.\s*(\w+)").match(scene.source.text, end)
    return scene.source.span(*found.span(1)) if found else None


def _value(scene: Scene) -> str:
    """The right side of the assignment that the span begins."""
    if scene.source is None or scene.span is None:
        return "..."
    start = scene.source.offset(scene.span.line, scene.span.column)
    statement = scene.source.cut(statement_span(scene.source, start))
    right = statement.partition("=")[2].strip()
    # Comments in a value of several lines would end the one line.
    return "..." if not right or ("\n" in right and "#" in right) else in_one_line(right)
