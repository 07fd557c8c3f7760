"""A call as it is evaluated."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from ctxlint.contract.getter import matches_any
from ctxlint.flow.frame import Frame
from ctxlint.flow.values import Atom, Instance, Origin, Symbol, Value


@dataclass(slots=True, eq=False)
class Call:
    """A call whose function and arguments have been evaluated, in source order."""

    node: ast.Call
    frame: Frame
    base: Value  # of the object whose method is called
    function: Value
    args: list[tuple[ast.expr, Value]]
    keywords: list[tuple[ast.keyword, Value]]
    is_filled: bool = False  # whether a framework gives what has no argument
    gives_items: bool = False  # whether it gets an item of each argument: `map(f, items)`
    word: str = field(init=False)  # the last of the function's name
    paths: list[str] = field(init=False)  # the dotted ones that the function may have
    known_paths: list[str] = field(init=False)  # those that name something of a library

    def __post_init__(self) -> None:
        self.word = word_of(getattr(self.node, "func", self.node))
        self.paths = [atom.path for atom in self.function if isinstance(atom, Symbol)]
        calls = self.frame.flow.contract.calls
        self.known_paths = [path for path in self.paths if matches_any(calls, path)]

    @property
    def simple(self) -> bool:
        """Whether all arguments are positional and none is unpacked."""
        return not self.keywords and not any(isinstance(a, ast.Starred) for a, _ in self.args)

    @property
    def given(self) -> list[tuple[ast.expr, Value]]:
        """The arguments, whether by position or by keyword, each with its value."""
        return self.args + [(keyword.value, value) for keyword, value in self.keywords]

    @property
    def is_for_effects(self) -> bool:
        """Whether its result gets a name that nothing reads: the call itself is wanted."""
        match self.frame.flow.file_of_scope(self.frame.scope).parents[self.node]:
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                return not self.frame.scope.loads.get(name)
        return False

    def is_any(self, patterns: tuple[str, ...]) -> bool:
        """Whether the function may be one that `patterns` name, which are some of `calls`."""
        paths = self.known_paths
        return bool(paths) and any(matches_any(patterns, path) for path in paths)

    def is_method(self, names: tuple[str, ...]) -> bool:
        """Whether this calls a method by one of these names, of something not looked into."""
        return self.word in names and not self.paths and isinstance(self.node.func, ast.Attribute)

    def read_arguments(self, skip: int = 0) -> None:
        """Note that the arguments go to code other than a getter."""
        for node, value in [*self.args[skip:], *((k.value, value) for k, value in self.keywords)]:
            self.frame.consume(node, value)
            self.frame.open(value, self.node)
            self.frame.flow.loader.note_given(self.node, value)

    def read_object(self) -> None:
        """Note that a method which is not looked into may read its object, and set parts of it."""
        if isinstance(self.node.func, ast.Attribute):
            self._read_objects(self.node.func.value, self.base)

    def read_methods(self) -> None:
        """Note that who gets a method as an argument may call it."""
        for node, value in self.given:
            is_method = isinstance(node, ast.Attribute) and any(map(_is_bound, value))
            if is_method:
                self._read_objects(node.value, self.frame.flow.value_of(node.value))  # type: ignore[attr-defined]

    def _read_objects(self, node: ast.expr, value: Value) -> None:
        objects = frozenset(atom for atom in value if isinstance(atom, Instance))
        if objects:
            self.frame.consume(node, objects)
            self.frame.open(objects, self.node)


def _is_bound(atom: Atom) -> bool:
    return isinstance(atom, Symbol) and atom.bound


def words_of(word: str, value: Value) -> set[str]:
    """The words that a function may go by: its own, and those of what its value was read from."""
    found = {word}
    for atom in value:
        if isinstance(atom, Symbol):
            found.add(atom.word)
        elif isinstance(atom, Origin) and isinstance(atom.node, tuple):
            base, key = atom.node
            found.add(getattr(key, "name", ""))
            if isinstance(base, Symbol):  # `HANDLERS["open"]`
                found.add(base.word)
    return found


def word_of(function: ast.expr) -> str:
    """The last word of the name of a function."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
