"""Other code that may be in the place of the functions and attributes that IDs come from."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from functools import lru_cache

from ctxlint.flow import Facts
from ctxlint.flow.classes import class_of_object, mro
from ctxlint.flow.values import Atom, Container, Instance, Origin, Symbol, Value
from ctxlint.project.scopes import once_for_each
from ctxlint.remedy.plan import Unfixable
from ctxlint.source import SourceFile, reachable

_Place = tuple[str, ast.ClassDef]  # an attribute of a class
_Function = ast.FunctionDef | ast.AsyncFunctionDef
# A call of `setattr` whose name is computed.
_SETS_ANYTHING = r"\bsetattr\((?![^,()]+,\s*[\"']\w+[\"']\s*,)"


class Replacements:
    """Tells whether other code may replace what a file defines: another file, a class, a string."""

    def __init__(self, file: SourceFile, flow: Facts) -> None:
        self.file = file
        self.flow = flow

    def are_overridden(self, functions: Iterable[ast.AST]) -> bool:
        """Whether something else may be in the place of one of these functions."""
        return any(
            self._is_replaced(function.name, self.flow.file_of(function).parents[function])
            for function in functions
            if isinstance(function, _Function)
        )

    def require_none(self, ids: Set[Atom]) -> None:
        """Raise Unfixable if something else may be where IDs are made: it may pass on others."""
        for name, owner in [*self._makers(ids), *self._class_attributes(ids)]:
            if self._is_replaced(name, owner):
                place = f" of {owner.name}" if isinstance(owner, ast.ClassDef) else ""
                raise Unfixable(f"other code may replace {name}{place}")

    def _makers(self, ids: Iterable[Atom]) -> Iterator[tuple[str, ast.AST]]:
        """The functions that IDs come from, each with what it is defined in."""
        returned = self.flow.returned
        for function in reachable(self._called(ids), lambda one: self._called(returned(one))):
            if isinstance(function, _Function):
                yield function.name, self.flow.file_of(function).parents[function]

    def _called(self, atoms: Iterable[Atom]) -> set[ast.AST]:
        """The functions that the calls among the places of some atoms call."""
        nodes = {getattr(atom, "node", None) for atom in atoms}
        return set().union(*(self.flow.callees.get(node, ()) for node in nodes))  # type: ignore[arg-type]

    def _class_attributes(self, ids: Set[Atom]) -> Iterator[tuple[str, ast.AST]]:
        """The attributes of classes that hold what makes IDs, or a record of them."""
        held = _held_by_classes(self.file, self.flow)
        if not held.keys().isdisjoint(ids):
            yield from dict.fromkeys(p for a, places in held.items() if a in ids for p in places)

    def _is_replaced(self, name: str, owner: ast.AST) -> bool:
        """Whether something else may be called so in a module, class or function."""
        if isinstance(owner, ast.ClassDef):
            return self._is_overridden(name, owner)
        if not isinstance(owner, ast.Module):
            return False
        word = re.escape(name)
        is_set = self._is_found(rf"\.{word}\s*=(?!=)|[.\"']{word}[\"']", name, owner)
        return is_set or self._fills_globals(self.flow.program.files[owner])

    def _is_overridden(self, name: str, owner: ast.ClassDef) -> bool:
        """Whether a subclass, or what is set from outside, may take the place of an attribute."""
        word, cls = re.escape(name), re.escape(owner.name)
        binding = rf"\bdef\s+{word}\b|\b{word}\s*(?::[^=\n]+)?=(?!=)"
        if self._is_found(rf"(?s)\A(?=.*\b{cls}\b)(?=.*(?:{binding}))", owner.name, owner):
            return True
        is_mixed = self._is_found(rf"\bclass\s+\w+\s*\([^()]*,[^()]*\b{cls}\b", owner.name, owner)
        if is_mixed and (
            self._is_found(binding, name, owner)
            or self._is_found(_SETS_ANYTHING, name, owner, "setattr")
        ):
            return True
        return owner.name in _handed_out(self.flow.file_of(owner))

    def _is_found(self, pattern: str, word: str, owner: ast.AST, needed: str = "") -> bool:
        """Whether another file matches a regular expression: a checked one, or one with a word.

        Of the project's other files those may matter that import the file of `owner`. A checked one
        has what is `needed` to match; empty for the word.
        """
        modules, files = self.file.modules, self.flow.program.files
        if modules is None:
            return False
        file = files[owner] if isinstance(owner, ast.Module) else self.flow.file_of(owner)
        if modules.mentions(pattern, file.location, needed or word):
            return True
        others = map(modules.source, modules.naming(word, file.location) or ())
        return any(other is None or re.search(pattern, other.text) for other in others)

    def _fills_globals(self, file: SourceFile) -> bool:
        """Whether a file does more with its globals than look something up in them."""
        return any(
            getattr(call.func, "id", "") == "globals" and not _looks_up(call, file)
            for call in file.nodes(ast.Call)
        )


@lru_cache(maxsize=2)  # each plan of a file asks
def _handed_out(file: SourceFile) -> frozenset[str]:
    """The names of the classes of which a call makes a subclass, or sets what it is not told."""
    found: set[str] = set()
    for call in file.nodes(ast.Call):
        word = getattr(call.func, "attr", getattr(call.func, "id", ""))
        parts = call.args[:1] if word == "setattr" else []
        if word in ("type", "new_class"):
            parts = [e for a in call.args[1:2] for e in getattr(a, "elts", [a])]
        found.update(part.id for part in parts if isinstance(part, ast.Name))
    return frozenset(found)


@lru_cache(maxsize=2)  # as above
def _held_by_classes(file: SourceFile, flow: Facts) -> Mapping[Atom, dict[_Place, None]]:
    """The values of attributes that a class body assigns, with their names and places."""
    found: dict[Atom, dict[_Place, None]] = defaultdict(dict)
    classes = [owner for one in flow.program.files.values() for owner in one.nodes(ast.ClassDef)]
    names = set[str]().union(*map(_assigned, classes))
    for node in [node for node in file.nodes(ast.Attribute) if node.attr in names]:
        atoms = flow.value_of(node.value)
        owners = [owner for atom in atoms for owner in _classes_of(atom, flow)]
        if any(node.attr in _assigned(owner) for owner in owners):
            parent = file.parents[node]
            is_called = isinstance(parent, ast.Call) and parent.func is node
            for atom in _held(parent if is_called else node, flow):
                found[atom] |= dict.fromkeys((node.attr, owner) for owner in owners)
    return found


def _held(node: ast.AST, flow: Facts) -> Value:
    """The value of a node, with the values that records in it hold, also by default."""
    value = flow.value_of(node)
    records = [atom for atom in value if isinstance(atom, Container | Instance)]
    held = [flow.contents(record) for record in records]
    owners = [owner for record in records for owner in _classes_of(record, flow)]
    defaults = [(owner, name) for owner in owners for name in _assigned(owner)]
    held += [flow.value(flow.by_cell.get(cell, ())) for cell in defaults]
    return value.union(*held)


def _classes_of(atom: Atom, flow: Facts) -> list[ast.ClassDef]:
    """The classes of an object: one that is made, `self` or `cls`."""
    owner = atom.owner if isinstance(atom, Instance) else None
    if isinstance(atom, Symbol) and isinstance(atom.node, ast.ClassDef):
        owner = atom.node
    elif isinstance(atom, Origin):
        owner = class_of_object(atom.node, flow)
    return list(mro(owner, flow)) if owner else []


@once_for_each
def _assigned(owner: ast.ClassDef) -> set[str]:
    """The names that the body of a class assigns."""
    targets = [t for node in owner.body if isinstance(node, ast.Assign) for t in node.targets]
    targets += [
        node.target for node in owner.body if isinstance(node, ast.AnnAssign) and node.value
    ]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _looks_up(call: ast.Call, file: SourceFile) -> bool:
    """Whether all that is done with a mapping is to look something up, or ask what it has."""
    parent = file.parents[call]
    match parent:
        case ast.Subscript(ctx=ast.Load()) | ast.Compare():
            return True
        case ast.Attribute(attr="get" | "items" | "keys" | "values"):
            return True
    return False
