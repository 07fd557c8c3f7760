"""CTX202: a WebSocket route asks for an HTTP request."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from ctxlint.config.settings import Settings
from ctxlint.finding import Finding, Level, Step, StepKind
from ctxlint.flow import Facts, Origin, analyse
from ctxlint.flow.values import Symbol
from ctxlint.project.scopes import FUNCTIONS, FunctionNode, parameters
from ctxlint.rules.base import Rule
from ctxlint.rules.mock_request_in_websocket.sockets import Sockets
from ctxlint.source import SourceFile, walk

_CURE = "annotate it as starlette.requests.HTTPConnection, which serves both"
_DEPENDENCIES = "dependencies"
_INCLUDE = "include_router"


def check(rule: Rule, file: SourceFile, settings: Settings, *, edits: bool) -> Iterator[Finding]:
    """One finding for each parameter."""
    if not any(_may_serve(node, file, settings) for node in file.nodes(ast.Call)):
        return
    flow = analyse(file, settings.contract)
    check = _Check(rule, file, flow, Sockets(file, flow))
    yield from check.findings()


def _may_serve(call: ast.Call, file: SourceFile, settings: Settings) -> bool:
    """Whether a call may name what serves a WebSocket: no parameter, which may be anything."""
    if getattr(call.func, "attr", "") not in settings.contract.websocket_routes:
        return False
    if call in getattr(file.parents[call], "decorator_list", ()):
        return True
    handler = call.args[1] if len(call.args) > 1 else None
    return handler is not None and not _is_parameter(handler, file)


def _is_parameter(node: ast.expr, file: SourceFile) -> bool:
    """Whether a name is that of a parameter which the function around it does not assign."""
    function = file.function_of(node)
    if not isinstance(node, ast.Name) or not isinstance(function, FUNCTIONS):
        return False
    names = (argument.arg for argument in parameters(function.args))
    return node.id in names and not any(
        isinstance(inner, ast.Name) and inner.id == node.id and isinstance(inner.ctx, ast.Store)
        for inner in walk(function)
    )


@dataclass(frozen=True, slots=True)
class _Route:
    """A function that serves a WebSocket, and the calls that say what it depends on."""

    handler: FunctionNode
    call: ast.Call
    dependencies: tuple[ast.expr, ...]


@dataclass(slots=True)
class _Check:
    rule: Rule
    file: SourceFile
    flow: Facts
    sockets: Sockets
    seen: set[ast.arg] = field(default_factory=set)

    def findings(self) -> Iterator[Finding]:
        """The parameters that ask for a request, of routes and of what they depend on."""
        for route in self._routes():
            yield from self._of_function(route.handler, route, [])
            for declared in route.dependencies:
                yield from self._of_dependency(declared, route, [])

    # Routes.

    def _routes(self) -> Iterator[_Route]:
        contract = self.flow.contract
        for call in self.file.nodes(ast.Call):
            method = call.func
            if not isinstance(method, ast.Attribute) or not self._is_router(method.value):
                continue
            if method.attr not in contract.websocket_routes:
                continue
            depends = (*self._listed(call), *self._of_router(method.value))
            parent = self.file.parents[call]
            if isinstance(parent, FUNCTIONS) and call in getattr(parent, "decorator_list", ()):
                yield _Route(parent, call, depends)
            for handler in self._functions(call.args[1] if len(call.args) > 1 else None):
                yield _Route(handler, call, depends)

    def _is_router(self, node: ast.expr) -> bool:
        return bool(self._made_at(node))

    def _made_at(self, node: ast.expr) -> set[ast.Call]:
        """The calls that make the application or router that an expression is."""
        flow = self.flow
        nodes = {a.node for a in flow.value_of(node) if isinstance(a, Origin)}
        return {
            made
            for made in nodes
            if isinstance(made, ast.Call) and flow.means(made.func, flow.contract.routers)
        }

    def _of_router(self, node: ast.expr, seen: frozenset[ast.Call] = frozenset()) -> list[ast.expr]:
        """The dependencies of all routes of a router, also where another one includes it."""
        made = self._made_at(node) - seen
        found = [declared for call in made for declared in self._listed(call)]
        for call in self.file.nodes(ast.Call) if made else ():
            method = call.func
            if isinstance(method, ast.Attribute) and method.attr == _INCLUDE and call.args:
                is_this = not made.isdisjoint(self._made_at(call.args[0]))
                found += self._listed(call) if is_this else []
                found += self._of_router(method.value, seen | made) if is_this else []
        return found

    def _listed(self, call: ast.Call) -> list[ast.expr]:
        """The dependencies that a call lists."""
        lists = [k.value for k in call.keywords if k.arg == _DEPENDENCIES]
        shown = [node for node in lists if isinstance(node, ast.List | ast.Tuple)]
        return [element for node in shown for element in node.elts]

    # Dependencies.

    def _of_dependency(
        self, declared: ast.expr, route: _Route, way: list[FunctionNode]
    ) -> Iterator[Finding]:
        """The findings of what `Depends(f)` calls."""
        contract = self.flow.contract
        if not isinstance(declared, ast.Call):
            return
        if not self.flow.means(declared.func, contract.dependencies):
            return
        given = [k.value for k in declared.keywords if k.arg == "dependency"]
        known = [n for n in self.flow.called(declared) if isinstance(n, FUNCTIONS)]
        found = [f for node in [*declared.args[:1], *given] for f in self._functions(node)]
        for function in dict.fromkeys([*known, *found]):
            if function not in way:
                yield from self._of_function(function, route, [*way, function])

    def _functions(self, node: ast.expr | None) -> list[FunctionNode]:
        """The functions that are called for an expression: a class is by its `__init__`."""
        if node is None:
            return []
        nodes = [atom.node for atom in self.flow.resolved(node) if isinstance(atom, Symbol)]
        found: list[FunctionNode] = [n for n in nodes if isinstance(n, FUNCTIONS)]
        for owner in (n for n in nodes if isinstance(n, ast.ClassDef)):
            found += [n for n in owner.body if isinstance(n, FUNCTIONS) and n.name == "__init__"]
        return found

    def _of_function(
        self, function: FunctionNode, route: _Route, way: list[FunctionNode]
    ) -> Iterator[Finding]:
        """The findings of the parameters of a function, and of what they depend on."""
        for argument, default in parameters(function.args).items():
            is_new = default is None and argument not in self.seen
            if is_new and self.sockets.asks_for_request(argument):
                self.seen.add(argument)
                yield self._of_parameter(argument, function, route)
            for declared in [default, *_notes(argument.annotation)]:
                if declared is not None:
                    yield from self._of_dependency(declared, route, way)

    def _of_parameter(self, argument: ast.arg, function: FunctionNode, route: _Route) -> Finding:
        file = self.flow.file_of(argument)
        whose = f"{getattr(function, 'name', '<lambda>')}()"
        whose += "" if file is self.file else f" in {file.path}"
        serves = "serves" if function is route.handler else "is a dependency of"
        what = f"{argument.arg} of {whose}, which {serves}"
        return self._finding(argument, what, function, route)

    def _finding(
        self,
        node: ast.arg,
        what: str,
        function: FunctionNode,
        route: _Route,
    ) -> Finding:
        """A finding at a node, or at the route where the node is in another file."""
        file, own = self.flow.file_of(node), self.file
        row = own.span(route.call).start.row
        asked = Step(StepKind.SOURCE, "a request is required here", file.path, file.span(node))
        served = Step(StepKind.SINK, "a WebSocket is served here", own.path, own.span(route.call))
        return Finding(
            code=self.rule.code,
            name=self.rule.name,
            level=Level.ERROR,
            message=f"{what} the WebSocket route on line {row}, gets no request: "
            f"each connection fails with TypeError; {_CURE}",
            filename=own.path,
            span=own.span(node) if file is own else own.span(route.call),
            function=self.flow.program.scopes[function].qualified_name if file is own else None,
            trace=(asked, served),
            unfixed_reason="the code that reads the request must work with an HTTPConnection first",
        )


def _notes(annotation: ast.expr | None) -> list[ast.expr]:
    """The metadata that `Annotated[type, ...]` adds to a type."""
    match annotation:
        case ast.Subscript(slice=ast.Tuple(elts=[_, *notes])):
            return notes
    return []
