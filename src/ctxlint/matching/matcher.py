"""Whether a call is one that the contract names: one way for getters, sources and the others.

A bare name means such a function of any module. `Class.method` means that method of a class of
this name, or of its subclasses. A full path means what is defined there, however it is reached.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import NamedTuple

from ctxlint.contract.contract import Contract
from ctxlint.contract.getter import WILD, Getter, is_of_object, matches
from ctxlint.matching.call_sites import given_to
from ctxlint.matching.callee import (
    CALL,
    INIT,
    Callee,
    callee_of,
    class_paths,
    method_of,
    path_trail,
    paths_of,
    renamed_words,
    words_of,
)
from ctxlint.matching.definitions import (
    defining_classes,
    is_abstract,
    other_definers,
    parameters_of,
)
from ctxlint.matching.frameworks import is_of_framework
from ctxlint.matching.inference import Inference
from ctxlint.matching.modules import imported_path, scope_at
from ctxlint.matching.things import Class, Function, FunctionDefinition, Object, Things
from ctxlint.project.scopes import Scope, names_of
from ctxlint.source import SourceFile


class Match(NamedTuple):
    """A getter that is called; `given`: the arguments that are not in the call itself."""

    getter: Getter
    given: int


class Matcher:
    """Matches what a file calls to what a contract names."""

    def __init__(self, contract: Contract) -> None:
        self.inference = Inference()
        self._contract = contract
        self._callees: dict[object, Callee] = {}
        self._words: dict[ast.expr, set[str]] = {}
        self._renamed: dict[tuple[str, SourceFile], set[str]] = {}
        self._canonical: dict[tuple[str, str], frozenset[str]] = {}
        self._others: dict[tuple[str, str, str], bool] = {}  # whether other classes have a method

    def getter(
        self,
        call: ast.Call,
        function: ast.expr,
        scope: Scope,
        source: SourceFile,
        *,
        also: Iterable[str] = (),
        owners: list[Class] | None = None,
        bindings: Sequence[ast.AST] = (),
    ) -> Match | None:
        """The getter with a dotted name that an expression stands for, in a call.

        `also` are words that it may go by; `owners` the classes of the object whose method it is,
        where they are known for sure; `bindings` what may have bound the name that it is read from.
        """
        words = {*self._words_of(function, scope, source), *also}
        is_wrapper = not words.isdisjoint(self._contract.sink_wrappers or ())
        for getter in self._contract.getters:
            is_object = is_of_object(getter.call) and _has_id(call, getter)
            if not (is_wrapper or is_object or _may_be(getter.call, words)):
                continue
            callee = self._callee(function, scope, source, owners, bindings)
            parameters = {path.parameter for path in getter.paths}
            by_keyword = any(keyword.arg in parameters for keyword in call.keywords)
            if self._means(getter.call, callee, source, getter, is_by_keyword=by_keyword):
                return Match(getter, -1 if callee.is_unbound else 0)
        return None

    def uses_session(self, call: ast.Call, source: SourceFile) -> bool:
        """Whether a call opens or looks at a session of a framework by its ID."""
        function, scope = call.func, scope_at(call, source)
        words = self._words_of(function, scope, source)
        return any(
            is_of_framework(one, self._callee(function, scope, source), source, self.inference)
            for one in self._contract.session_uses
            if _may_be(one.call, words)
        )

    def is_source(self, function: ast.expr, scope: Scope, source: SourceFile) -> bool:
        """Whether an expression stands for what generates an ID."""
        return self.is_any(self._contract.sources, function, scope, source)

    def is_any(
        self, patterns: Iterable[str], function: ast.expr, scope: Scope, source: SourceFile
    ) -> bool:
        """Whether an expression stands for what one of some dotted patterns names."""
        words: set[str] | None = None
        for pattern in patterns:
            words = words or self._words_of(function, scope, source)
            if _may_be(pattern, words):
                callee = self._callee(function, scope, source)
                if self._means(pattern, callee, source, None):
                    return True
        return False

    def defines_any(
        self, patterns: Iterable[str], node: FunctionDefinition, source: SourceFile
    ) -> bool:
        """Whether a function is one that some patterns name, where it is defined."""
        chosen = [p for p in patterns if fnmatchcase(node.name, p.rpartition(".")[2])]
        if not chosen:
            return False
        around = source.parents[node]
        owner = Class(source, around) if isinstance(around, ast.ClassDef) else None
        paths = set(paths_of(Function(source, node, owner), self.inference))
        names = {name for pattern in chosen for name in self._canonical_of(pattern, source)}
        return any(matches(name, path) for name in names for path in paths)

    def exported_names(self, source: SourceFile) -> set[str]:
        """The names in a file of objects that are called, and of classes below a constructor."""
        patterns = [g for g in self._contract.getters if is_of_object(g.call)]
        return {
            name
            for node, scope in names_of(source).scopes.items()
            if isinstance(node, ast.Module | ast.ClassDef)
            for name in scope.bindings
            if any(self._leads(getter, name, scope, source) for getter in patterns)
        }

    def _leads(self, getter: Getter, name: str, scope: Scope, source: SourceFile) -> bool:
        """Whether a call of what a name stands for is one of a getter."""
        things = self.inference.binding(name, scope, source)
        called = frozenset(thing for thing in things if isinstance(thing, Class | Object))
        paths = {path for thing in called for path in paths_of(thing, self.inference)}
        callee = Callee(frozenset(paths), called)
        return bool(called) and self._means(getter.call, callee, source, getter)

    def imports_any(self, patterns: Iterable[str], alias: ast.alias, source: SourceFile) -> bool:
        """Whether an import brings what one of some patterns names."""
        chosen = tuple(patterns)
        if not chosen:
            return False
        paths = set(path_trail(imported_path(alias, source), source))
        known = (self._canonical_of(pattern, source) for pattern in chosen if is_dotted(pattern))
        return any(matches(p, path) for p in chosen for path in paths) or any(
            not paths.isdisjoint(one) for one in known
        )

    def _words_of(self, function: ast.expr, scope: Scope, source: SourceFile) -> set[str]:
        if function not in self._words:
            self._words[function] = words_of(function, scope, source, self._renamed_words)
        return self._words[function]

    def _renamed_words(self, path: str, source: SourceFile) -> set[str]:
        if (path, source) not in self._renamed:
            self._renamed[path, source] = renamed_words(path, source)
        return self._renamed[path, source]

    def _callee(
        self,
        function: ast.expr,
        scope: Scope,
        source: SourceFile,
        owners: list[Class] | None = None,
        bindings: Sequence[ast.AST] = (),
    ) -> Callee:
        if owners and isinstance(function, ast.Attribute):
            return method_of(owners, function.attr, self.inference)
        key = function, frozenset(bindings)
        if key not in self._callees:
            made = callee_of(function, scope, source, self.inference, bindings)
            self._callees[key] = made
        return self._callees[key]

    def _means(
        self,
        pattern: str,
        callee: Callee,
        source: SourceFile,
        getter: Getter | None,
        *,
        is_by_keyword: bool = False,
    ) -> bool:
        """Whether a pattern names what is called.

        `is_by_keyword`: whether the call gives an ID by its keyword, as what is called may ask for.
        """
        if getter is not None and getter.packages:
            return is_of_framework(getter, callee, source, self.inference)
        chosen = self._canonical_of(pattern, source)
        if any(matches(one, path) for one in chosen for path in callee.paths):
            return getter is None or not self._is_call_of_other_form(pattern, callee, getter)
        if getter is not None and self._is_instance_call(chosen, callee, getter):
            return True
        if any(self._may_be_of(pattern, thing, source) for thing in callee.things):
            return True
        return any(
            self._counts_unknown(pattern, method, receiver, source)
            for method, receiver in callee.methods.items()
            if method != CALL or is_by_keyword
        )

    def _canonical_of(self, pattern: str, source: SourceFile) -> frozenset[str]:
        """A pattern, with the paths at which what it names is defined."""
        key = pattern, source.location
        if key not in self._canonical:
            self._canonical[key] = frozenset(canonical(pattern, source, self.inference))
        return self._canonical[key]

    # --- objects that are called ------------------------------------------------------------------

    def _is_instance_call(self, chosen: frozenset[str], callee: Callee, getter: Getter) -> bool:
        """Whether an object is called whose class the contract names, and it takes the ID then."""
        called = [*filter(None, map(_owner_of_call, callee.things))]
        return any(
            any(
                matches(one, path)
                for base in self.inference.mro(owner)
                for path in class_paths(base)
                for one in chosen
            )
            and takes_id_when_called(owner, getter, self.inference)
            for owner in called
        )

    def _is_call_of_other_form(self, pattern: str, callee: Callee, getter: Getter) -> bool:
        """Whether a class is called whose objects take the ID, not the class itself."""
        last = pattern.rpartition(".")[2]
        classes = [thing for thing in callee.things if isinstance(thing, Class)]
        return (
            bool(classes)
            and last not in (INIT, CALL)
            and all(takes_id_when_called(owner, getter, self.inference) for owner in classes)
        )

    # --- receivers of a base, or of no known type -------------------------------------------------

    def _may_be_of(self, pattern: str, thing: object, source: SourceFile) -> bool:
        """Whether an abstract method may be the one that a pattern names, of a class below."""
        owner_of, _, name = pattern.rpartition(".")
        method = getattr(thing, "node", None)
        base = getattr(thing, "owner", None)
        if not owner_of or not isinstance(base, Class):
            return False
        if not fnmatchcase(getattr(method, "name", ""), name):
            return False
        return is_abstract(method) and any(
            implements(owner, base, self.inference) for owner in self._classes_of(owner_of, source)
        )

    def _counts_unknown(
        self, pattern: str, method: str, receiver: Things, source: SourceFile
    ) -> bool:
        """Whether a method of an object of unknown type is taken for the one of a pattern.

        It is if the project has the class, and no other one that defines a method of this name.
        """
        owner_of, _, name = pattern.rpartition(".")
        if not fnmatchcase(method, name) or not is_method(pattern, self.inference, source):
            return False
        owners = self._classes_of(owner_of, source)
        if not owners:  # of a library: the import path decides
            return False
        key = owner_of, method, source.location
        if key not in self._others:
            self._others[key] = other_definers(method, owners, source, self.inference)
        if not self._others[key]:
            return True
        given = [t.owner for t in given_to(receiver, self.inference) if isinstance(t, Object)]
        callee = method_of(given, method, self.inference)
        return bool(given) and self._means(pattern, callee, source, None)

    def _classes_of(self, path: str, source: SourceFile) -> list[Class]:
        """The classes that a dotted path of a pattern, or a name of a class, stands for."""
        if is_dotted(path) and not path[0].isupper():
            things = self.inference.at_path(path, source)
            return [thing for thing in things if isinstance(thing, Class)]
        return defining_classes(path, source)


def _owner_of_call(thing: object) -> Class | None:
    """The class of an object that is called, also by the name of its method."""
    if isinstance(thing, Function) and thing.node.name == CALL:
        return thing.owner
    return thing.owner if isinstance(thing, Object) else None


@lru_cache(maxsize=2)
def matcher_of(source: SourceFile, contract: Contract) -> Matcher:
    """The matcher of a file, shared by all who analyse it."""
    return Matcher(contract)


def is_dotted(pattern: str) -> bool:
    """Whether a pattern names more than a function of any module."""
    return "." in pattern


def is_method(pattern: str, inference: Inference, source: SourceFile) -> bool:
    """Whether a pattern names a method: of a class, by what is known of it or by its name."""
    owner = pattern.rpartition(".")[0]
    if owner.rpartition(".")[2][:1].isupper():
        return True
    return any(isinstance(thing, Class) for thing in inference.at_path(owner, source))


def _may_be(pattern: str, words: set[str]) -> bool:
    """Whether a function that goes by some words may be what a pattern names."""
    last = _last_word(pattern)
    if last in words or (last[:1].isupper() and INIT in words):
        return True
    return not WILD.isdisjoint(last) and any(fnmatchcase(word, last) for word in words)


@lru_cache(maxsize=2**10)  # asked for each pattern at each call
def _last_word(pattern: str) -> str:
    """The word that a function or class which a pattern names goes by."""
    last = pattern.rpartition(".")[2]
    return pattern.split(".")[-2] if last in (INIT, CALL) else last


def _has_id(call: ast.Call, getter: Getter) -> bool:
    """Whether a call gives something to an ID parameter by keyword, or may by its position."""
    parameters = {None, *(path.parameter for path in getter.paths)}
    if any(keyword.arg in parameters for keyword in call.keywords):
        return True
    if any(path.is_of_object for path in getter.paths):
        return True
    return any(0 <= index < len(call.args) for index in getter.ids.values())


def canonical(pattern: str, source: SourceFile, inference: Inference) -> Iterator[str]:
    """A pattern, and the paths at which what it names is defined."""
    yield pattern
    owner, _, name = pattern.rpartition(".")
    if pattern[0].isupper() or "*" in owner or not owner:
        return
    if "*" not in name:
        yield from path_trail(pattern, source)
        for thing in inference.at_path(pattern, source):
            if not isinstance(thing, Object):
                yield from (
                    paths_of(thing, inference)
                    if not isinstance(thing, Class)
                    else class_paths(thing)
                )
    for thing in inference.at_path(owner, source):
        if isinstance(thing, Class):
            yield from (f"{path}.{name}" for path in class_paths(thing))
        elif hasattr(thing, "source") and "*" in name:
            yield from _expanded(name, owner, thing.source, source)  # type: ignore[union-attr]


def _expanded(name: str, owner: str, module: SourceFile, source: SourceFile) -> Iterator[str]:
    """The paths of what a module has under the names that a pattern with `*` covers."""
    for bound in names_of(module).module.bindings:
        if fnmatchcase(bound, name):
            yield from path_trail(f"{owner}.{bound}", source)


def implements(owner: Class, base: Class, inference: Inference) -> bool:
    """Whether a class is below another one, or has all that this one, a protocol, asks for."""
    same = set(class_paths(base))
    if any(not same.isdisjoint(class_paths(one)) for one in inference.mro(owner)):
        return True
    bases = inference.all_bases(base)
    if not any(last_word_of(thing) == "Protocol" for thing in bases):
        return False
    wanted = [
        n.name for n in base.node.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return all(inference.in_class(owner, name) for name in wanted)


def last_word_of(thing: object) -> str:
    """The last word of the path of something outside of the project."""
    return str(getattr(thing, "path", "")).rpartition(".")[2]


def takes_id_when_called(owner: Class, getter: Getter, inference: Inference) -> bool:
    """Whether the objects of a class take an ID when they are called, and the class does not."""
    ids = {path.partition(".")[0] for path in getter.ids}
    return not ids.isdisjoint(parameters_of(owner, CALL, inference)) and ids.isdisjoint(
        parameters_of(owner, INIT, inference)
    )
