"""Errors of objects: unknown methods, assignment to attributes, loops; and the line to write."""

from __future__ import annotations

import re

from oxidize.errors import Diagnostic, Span
from oxidize.starlark.diagnose.infer import made_by, maker, type_of
from oxidize.starlark.diagnose.kinds import kind_name
from oxidize.starlark.diagnose.scene import Scene
from oxidize.suggest import did_you_mean


def no_attribute(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """A method that the object doesn't have."""
    kind, name, suggested = match[1], match[2], match[3]
    receiver = _receiver(scene, name)
    if kind != "record":
        shown = kind_name(kind)
        help = f'did you mean "{suggested}"?' if suggested else None
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
    call = made_by(scene, receiver) if receiver else None
    member = maker(scene, call)
    help = "give settings as arguments of the call that makes the object"
    if name in _PLACED and receiver and scene.source:
        copy = f"{scene.source.cut(receiver)}.with_settings({_PLACED[name]} = {_value(scene)})"
        help = f"return a changed copy: return {copy}"
    elif member and name in {each.name for each in member.parameters}:
        help = f"give it to the call that makes the object: {member.name}({name} = {_value(scene)})"
    elif member:
        meant = did_you_mean(name, [each.name for each in member.parameters])
        help += f"; {meant}" if meant else ""
    made = member.returns.objects[0] if member and member.returns.objects else None
    kind = scene.receiver or made or "this object"
    return scene.diagnostic("OX0206", f'"{name}" of {kind} can\'t be assigned', help=help)


def loop(scene: Scene, kind: str) -> Diagnostic:
    """A loop over what has no elements; `for r in collection`, as PyOxidizer's resources were."""
    if kind != "record":
        return scene.diagnostic("OX0207", f"{kind} can't be looped over", span=_looped(scene))
    where, head = _looped(scene), _LOOP.match(scene.text())
    found = (type_of(scene, where) if where else None) or "this object"
    help = None
    if found == "ResourceCollection":
        help = "it is added as a whole, and narrowed with only([...]) or without([...])"
    if head and (added := re.search(_ADDED.format(head[1]), scene.text())):
        help = f"write {added[1]}.add_python_resources({' '.join(head[2].split())})"
    return scene.diagnostic("OX0207", f"{found} can't be looped over", span=where, help=help)


_LOOP = re.compile(r"for +(\w+) +in +(.*?) *:[ \t]*(?:#.*)?(?:\n|$)", re.DOTALL)
_ADDED = r"([\w.]+)\.add_python_resource\({}\)"


def _looped(scene: Scene) -> Span | None:
    """What a loop goes over."""
    head = _LOOP.match(scene.text())
    if head is None or scene.source is None or scene.span is None:
        return None
    start = scene.source.offset(scene.span.line, scene.span.column)
    return scene.source.span(start + head.start(2), start + head.end(2))


# Methods of PyOxidizer's objects that have another form here.
_RETURN = "return it from the target's function: what it stands for lands in the target's folder"
_FORMER = {"build": _RETURN, "install": _RETURN}
_REPLACED = {
    "setup_py_install": 'a project is installed by its own backend: pip_install(["./project"])',
    "write_licenses": 'give the program a file for them: licenses_filename = "COPYING.txt"',
    "write_to_directory": _RETURN,
    "set_resource_handling_mode": "to have all resources as files, give the policy "
    'resources_location = "filesystem-relative:lib"',
    "set_preferred_extension_module_variant": "there is one variant of each extension module",
}
# Settings of PyOxidizer's resources, by what they are called here.
_PLACED = {
    "add_include": "include",
    "add_location": "location",
    "add_location_fallback": "location_fallback",
    "add_source": "include_source",
    "add_bytecode_optimization_level_zero": "bytecode_optimize_level_zero",
    "add_bytecode_optimization_level_one": "bytecode_optimize_level_one",
    "add_bytecode_optimization_level_two": "bytecode_optimize_level_two",
}


def _method_help(
    scene: Scene, type_name: str | None, name: str, suggested: str | None
) -> str | None:
    if name in _REPLACED:
        return _REPLACED[name]
    if type_name:
        if name in _FORMER and scene.language.types[type_name].buildable:
            return _FORMER[name]
        found = scene.language.types[type_name]
        known = [*found.members, *found.fields]
        if meant := did_you_mean(name, known):
            return meant
        owners = [t.name for t in scene.language.types.values() if name in t.members]
        if owners:
            return f'"{name}" is a method of {" and ".join(owners)}'
        return f"it has: {', '.join(known)}" if known else "it has no methods"
    return f'did you mean "{suggested}"?' if suggested else None


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
    """The right side of the assignment under the span."""
    if scene.source is None or scene.span is None:
        return "..."
    line = scene.source.cut(scene.source.line_span(scene.span.line))
    right = line.partition("=")[2].partition("#")[0].strip()
    return right or "..."
