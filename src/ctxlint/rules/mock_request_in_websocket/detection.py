"""CTX201: WebSocket code fakes an HTTP request."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ctxlint.config.settings import Settings
from ctxlint.contract.contract import Contract
from ctxlint.finding import Finding, Level, Step, StepKind
from ctxlint.flow import Facts, Kind, analyse
from ctxlint.flow.values import is_kind
from ctxlint.project.scopes import argument_of, import_paths, imported_words
from ctxlint.rules.base import Rule
from ctxlint.rules.mock_request_in_websocket.asgi_scope import WEBSOCKET, AsgiScope
from ctxlint.rules.mock_request_in_websocket.passing import Passing, made_by, passings
from ctxlint.rules.mock_request_in_websocket.sockets import Sockets, is_one_of
from ctxlint.rules.mock_request_in_websocket.type_tests import admits
from ctxlint.rules.trace import kept, path_to
from ctxlint.source import SourceFile

_CURE = "accept starlette.requests.HTTPConnection{there}, or pass the WebSocket's own context"


def check(rule: Rule, file: SourceFile, settings: Settings, *, edits: bool) -> Iterator[Finding]:
    """One finding for each fake."""
    if not _may_fake(file, settings.contract):
        return
    part = analyse(file, settings.contract, whole=False)
    if any(_Check(rule, file, part, Sockets(file, part)).fakes()):
        flow = analyse(file, settings.contract)
        check = _Check(rule, file, flow, Sockets(file, flow))
        yield from map(check.finding, check.fakes())


def _may_fake(file: SourceFile, contract: Contract) -> bool:
    """Whether a module imports what makes a fake, and calls it or passes it on.

    That it names it in annotations, or asks for the type of an object, is not enough.
    """
    fakes = contract.request_doubles
    leads = any(
        f"{whole}.".startswith(f"{path}.")
        for node in file.imports
        for _, path in import_paths(node)
        for whole in fakes.paths
    )
    if not leads:
        return False
    known = imported_words(file)
    takers = {_last(path) for path in (*fakes.mocks, *contract.appliers, *contract.partials)}

    def names(node: ast.AST | None, words: Collection[str]) -> bool:
        word = getattr(node, "id", getattr(node, "attr", ""))
        return known.get(word, word) in words

    handed: list[ast.expr | None] = []
    for call in file.nodes(ast.Call):
        handed += [call.func, *(k.value for k in call.keywords if k.arg in fakes.specs)]
        handed += call.args if names(call.func, takers) else []
    handed += [node.value for node in file.nodes(ast.Assign)]
    handed += [node.value for node in file.nodes(ast.AnnAssign)]
    handed += [node.value for node in file.nodes(ast.NamedExpr)]
    return any(names(value, fakes.words) for value in handed)


def _last(path: str) -> str:
    return path.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class _Fake:
    """A call that makes a fake: `what` it makes, and whether that must raise."""

    call: ast.Call
    what: str
    raises: bool = False


@dataclass(frozen=True, slots=True)
class _Check:
    rule: Rule
    file: SourceFile
    flow: Facts
    sockets: Sockets

    def fakes(self) -> Iterator[_Fake]:
        """The calls in the file itself that make a fake: the flow has those of its imports too."""
        for call, (scope, _) in self.flow.calls.items():
            is_own = scope.module is self.flow.names.module
            fake = self._fake(call) if is_own else None
            if fake:
                yield fake

    def _fake(self, call: ast.Call) -> _Fake | None:
        """The fake that a call makes, if any."""
        fakes = self.sockets.fakes
        function = self.flow.value_of(call.func)
        fake: _Fake | None = None
        if is_one_of(function, fakes.requests):
            fake = self._request(call, AsgiScope(self.sockets, call))
        elif is_one_of(function, fakes.mocks) and self._has_spec(call):
            fake = _Fake(call, f"{ast.unparse(call.func)}() of a Request")
        elif is_one_of(function, fakes.namespaces) and self._is_request(call):
            fake = _Fake(call, f"{ast.unparse(call.func)}()")
        if fake and (fake.raises or self.sockets.in_websocket_code(call)):
            return fake
        return None

    def _request(self, call: ast.Call, scopes: AsgiScope) -> _Fake | None:
        """The fake that a call of Request makes: `scope, receive, send` decide."""
        name = f"{ast.unparse(call.func)}()"
        scope = argument_of(call, 0, "scope")
        if scope is None:
            return None
        value = self.flow.value_of(scope)
        if scopes.is_websocket(value):
            whose = "a WebSocket's scope" if scopes.has_socket(value) else 'type "websocket"'
            return _Fake(call, f"{name} with {whose}", raises=True)
        if self._is_plain(scope) and admits(call, scope, WEBSOCKET, self.file):
            return _Fake(call, f'{name} with a scope that may be of type "websocket"', raises=True)
        parts = ["a made-up scope"] if scopes.is_made_up(value) else []
        parts += [
            f"{n}=None" for i, n in ((1, "receive"), (2, "send")) if self._is_none(call, i, n)
        ]
        return _Fake(call, f"{name} with {' and '.join(parts)}") if parts else None

    def _is_plain(self, scope: ast.expr) -> bool:
        """Whether a scope comes from elsewhere, and is bound once: a test of it holds."""
        read = self.flow.reads(scope)
        received = all(is_kind(atom, Kind.RECEIVED) for atom in self.flow.value_of(scope))
        return isinstance(scope, ast.Name | ast.Attribute) and received and len(read) <= 1

    def _is_none(self, call: ast.Call, position: int, name: str) -> bool:
        """Whether a call is given None, and nothing else, for a parameter."""
        node = argument_of(call, position, name)
        atoms = self.flow.value_of(node) if node else ()
        return bool(atoms) and all(is_kind(atom, Kind.ABSENT) for atom in atoms)

    def _has_spec(self, call: ast.Call) -> bool:
        """Whether a mock has the interface of a Request."""
        fakes = self.sockets.fakes
        specs = [argument_of(call, 0, name) for name in fakes.specs]
        return any(spec and is_one_of(self.flow.value_of(spec), fakes.requests) for spec in specs)

    def _is_request(self, call: ast.Call) -> bool:
        """Whether an object is passed as `request=`."""
        wanted = self.sockets.fakes.parameter
        return any(passing.parameter == wanted for passing in passings(call, self.file, self.flow))

    def finding(self, fake: _Fake) -> Finding:
        """The finding of a fake, with the call that gets it."""
        passing = next(iter(passings(fake.call, self.file, self.flow)), None)
        where = f", passed to {passing.text} on line {passing.row}," if passing else ""
        harm = "raises AssertionError when reached" if fake.raises else "stands in for a WebSocket"
        cure = _CURE.format(there=" there" if passing else "")
        taker = f"{passing.function}()" if passing else "the function that receives it"
        return Finding(
            code=self.rule.code,
            name=self.rule.name,
            level=Level.ERROR if fake.raises else Level.WARNING,
            message=f"{fake.what}{where} {harm}; {cure}",
            filename=self.file.path,
            span=self.file.span(fake.call),
            function=self._function(fake.call),
            trace=tuple(self._trace(fake.call, passing)),
            unfixed_reason=f"the parameter type of {taker} must change first",
        )

    def _trace(self, call: ast.Call, passing: Passing | None) -> Iterator[Step]:
        path, span = self.file.path, self.file.span
        yield Step(StepKind.SOURCE, "a fake request is created here", path, span(call))
        if passing:
            steps = path_to(passing.node, made_by(call, self.flow), self.flow)
            yield from kept(steps, self.flow)
            yield Step(StepKind.SINK, f"passed to {passing.text}", path, span(passing.node))

    def _function(self, node: ast.AST) -> str | None:
        """The qualified name of the function around a node."""
        scopes = self.flow.names.scopes
        while node not in scopes:
            node = self.file.parents[node]
        return scopes[node].qualified_name or None
