"""The flow of types through one file: objects, their methods, and the functions that use them.

Whatever isn't known stays silent. What is reported would fail wherever it is run, in whichever
branch, so it is told in the words of that failure.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from attrs import evolve

from oxidize.errors import Diagnostic
from oxidize.objects.language import Language
from oxidize.objects.member import Member
from oxidize.objects.problem import Refusal
from oxidize.starlark.arguments import check_choices
from oxidize.starlark.check.kinds import NONE, UNKNOWN, Kind, Type, join, of_annotation
from oxidize.starlark.check.scope import Scope, file_scope, function_scope
from oxidize.starlark.check.signature import Arguments, bind, mistakes, of_function, of_member
from oxidize.starlark.check.tree import Node, Tree, all_arguments, loaded_names, loading
from oxidize.starlark.check.values import Closure, Registration
from oxidize.starlark.check.walk import Walk
from oxidize.starlark.diagnose.scene import Scene, scene_of
from oxidize.starlark.diagnose.translate import explain, locate
from oxidize.starlark.sources import Sources
from oxidize.starlark.traceback import Raised

# Functions that call functions: deeper than that, results count as unknown.
_DEEPEST = 20

Exports = Callable[[Tree, str], "dict[str, Type]"]
"""What a label of a file gives: names and what they stand for."""


class Flow:
    """Follows one file; `found` are its diagnostics."""

    def __init__(self, tree: Tree, language: Language, sources: Sources, exports: Exports) -> None:
        self.tree = tree
        self.language = language
        self.found: dict[tuple[object, ...], Diagnostic] = {}
        self.registrations: dict[ast.Call, Registration] = {}
        self._sources = sources
        self._exports = exports
        self._scope = file_scope(tree.module)
        self._results: dict[Closure, Type] = {}
        self._values: dict[Registration, Type] = {}
        self._running: list[ast.AST] = []

    def follow(self) -> None:
        """Follows the whole file: its statements, all functions, and those of its targets."""
        for statement in self.tree.module.body:
            if call := loading(statement):
                self._load(call)
        walk = Walk(self, self._scope)
        walk.body(self.tree.module.body)
        self._scope.alive = True
        self._inner(walk)
        for node, each in list(self.registrations.items()):
            self._check_target(node, each)

    def exports(self) -> dict[str, Type]:
        """What other files can load."""
        counts = self._scope.counts
        return {n: t for n, t in self._scope.known.items() if counts.get(n) == 1 and n[0] != "_"}

    def _load(self, call: ast.Call) -> None:
        label = call.args[0]
        text = label.value if isinstance(label, ast.Constant) else None
        given = self._exports(self.tree, text) if isinstance(text, str) else {}
        for here, there, _ in loaded_names(call):
            self._scope.bind(here, given.get(there, UNKNOWN))

    def _inner(self, walk: Walk) -> None:
        """The bodies of the functions that a body makes."""
        for each in walk.made.values():
            self._run(each, {})

    # What following expressions needs.

    def report(
        self, message: str, node: Node, receiver: str | None = None, at: Node | None = None
    ) -> None:
        """Notes what Starlark would say of a place, or of a part of it, in its words."""
        found = explain(self._scene(message, node, receiver)).diagnostic
        self._note(evolve(found, span=self.tree.span(at)) if at else found)

    def choose(
        self, member: Member, given: Arguments, node: ast.Call, receiver: str | None
    ) -> None:
        """Notes values that aren't among the choices of their parameters."""
        for name, type_ in bind(of_member(member), given).items():
            refusals = [_refusal(member, name, each) for each in type_]
            if refusals and all(refusals) and isinstance(refusals[0], Refusal):
                self._note(locate(refusals[0], self._scene("", node, receiver)).diagnostic)

    def closure(
        self, node: ast.FunctionDef | ast.Lambda, scope: Scope, defaults: Mapping[str, Type]
    ) -> Closure:
        """A function that is made in a scope, with the types of its parameters' defaults."""
        known = {
            each.arg: ast.unparse(each.annotation)
            for each in all_arguments(node)
            if each.annotation and of_annotation(each.annotation, self.language.types)
        }
        return Closure(node, scope, of_function(node, known), defaults, self)

    def result(self, closure: Closure) -> Type:
        """What a call of a function returns."""
        if closure.flow is not self:
            return closure.flow.result(closure)
        if isinstance(closure.node, ast.FunctionDef) and closure.node.returns:
            return of_annotation(closure.node.returns, self.language.types)
        return self._results[closure] if closure in self._results else self._run(closure, {})

    def register(self, node: ast.Call, registration: Registration) -> None:
        """Notes a target."""
        self.registrations[node] = registration

    def _scene(self, message: str, node: Node, receiver: str | None) -> Scene:
        raised = Raised(message, self.tree.span(node), ())
        return evolve(scene_of(raised, self._sources, self.language), receiver=receiver)

    def _note(self, found: Diagnostic) -> None:
        self.found.setdefault((found.code, found.message, found.span), found)

    def _run(self, closure: Closure, given: dict[str, Type]) -> Type:
        """Follows a function's body with what is known of its parameters; what it returns."""
        if closure.node in self._running or len(self._running) > _DEEPEST:
            return UNKNOWN
        self._running.append(closure.node)
        walk = Walk(self, function_scope(closure.node, closure.scope))
        for each in all_arguments(closure.node):
            stated = of_annotation(each.annotation, self.language.types)
            walk.scope.bind(each.arg, given.get(each.arg) or stated)
        result = _followed(walk, closure.node)
        self._inner(walk)
        self._running.pop()
        if not given:
            self._results[closure] = result
        return result

    # Targets.

    def _check_target(self, node: ast.Call, registration: Registration) -> None:
        values = tuple(self._target(name) for name in registration.depends)
        for closure in _closures(registration.function):
            if None not in registration.depends:
                for message, _ in mistakes(closure.signature, Arguments(values)):
                    scene = evolve(self._scene(message, node, None), inside="register_target")
                    self._note(explain(scene).diagnostic)
            self._run_target(closure, values)

    def _target(self, name: object) -> Type:
        """What the target of that name is."""
        known = [each for each in self.registrations.values() if each.name == name]
        if name is None or not known:
            return UNKNOWN
        return join(*map(self._made, known))

    def _made(self, registration: Registration) -> Type:
        """What the function of a target returns; of one that depends on itself, nothing known."""
        if registration not in self._values:
            self._values[registration] = UNKNOWN
            values = tuple(map(self._target, registration.depends))
            made = [self._run_target(each, values) for each in _closures(registration.function)]
            self._values[registration] = join(*made)
        return self._values[registration]

    def _run_target(self, closure: Closure, values: tuple[Type, ...]) -> Type:
        if closure.flow is not self:
            return closure.flow.result(closure)
        names = [each.arg for each in closure.node.args.args]
        return self._run(closure, {**closure.defaults, **dict(zip(names, values, strict=False))})


def _followed(walk: Walk, node: ast.FunctionDef | ast.Lambda) -> Type:
    if isinstance(node, ast.Lambda):
        return walk.value(node.body)
    walk.body(node.body)
    return join(*walk.returns, *([NONE] if walk.scope.alive else []))


def _closures(function: Type) -> list[Closure]:
    return [each.calls for each in function if isinstance(each.calls, Closure)]


def _refusal(member: Member, name: str, kind: Kind) -> Refusal | None:
    if kind.value is None or kind.name not in ("str", "int"):
        return None
    try:
        check_choices(member, {name: kind.value})
    except Refusal as refusal:
        return refusal
    return None
