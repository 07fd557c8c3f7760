"""The state of a scope at one point: a mapping that shares what it can with those before it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from ctxlint.flow.values import Definition, Definitions, Location

_BITS = 4  # of the hash of a cell, which choose a child at each level
_MAX_BITS = 60  # no more of a hash are looked at: cells that agree in all of them share a leaf
_MAX_CELLS = 32  # of a leaf: to copy so few is faster than one more level

Locations = Mapping[Location, Definitions | None]


@dataclass(slots=True, eq=False)
class State:
    """The definitions of each cell that may reach a point; nothing changes it.

    A leaf has `cells`, a branch `children`, by the hashes of their cells. So a state costs what
    differs from the one that it is made from, however many cells a scope has.
    """

    cells: Locations = field(default_factory=dict)
    children: tuple[State, ...] = ()
    _joined: tuple[State, State | None] | None = None  # what it last met, and the result if another

    def get(self, cell: Location) -> Definitions | None:
        """The definitions of a cell; None for one that nothing has bound."""
        node = self
        if node.children:
            bits = hash(cell)
            while node.children:
                node = node.children[bits % 2**_BITS]
                bits >>= _BITS
        return node.cells.get(cell)

    def updated(self, changes: Locations, depth: int = 0) -> State:
        """This state but for some cells, those of None are not bound; `depth` counts bits."""
        if not self.children:
            cells = {**self.cells, **changes}
            is_leaf = len(cells) <= _MAX_CELLS or depth >= _MAX_BITS
            return State(cells) if is_leaf else State(children=_children(cells, depth))
        children = list(self.children)
        for index, part in _parts(changes, depth).items():
            children[index] = children[index].updated(part, depth + _BITS)
        return State(children=tuple(children))

    def differing(self, other: State, depth: int = 0) -> Iterator[Location]:
        """The cells that hold something else in another state."""
        if self is other:
            return
        if not (self.children or other.children):
            for cell in {**self.cells, **other.cells}:
                if self.cells.get(cell) != other.cells.get(cell):
                    yield cell
            return
        for one, two in zip(self._split(depth), other._split(depth), strict=True):
            yield from one.differing(two, depth + _BITS)

    def joined(
        self, other: State, initial: Callable[[Location], Definition], depth: int = 0
    ) -> State:
        """The state where two paths meet, this one itself if the other adds nothing.

        `initial` is what a cell holds on a path that does not bind it.
        """
        if self is other:
            return self
        if not (self.children or other.children):
            added = _added(self.cells, other.cells, initial)
            return self.updated(added, depth) if added else self
        before = self._split(depth)
        pairs = zip(before, other._split(depth), strict=True)
        children = tuple(
            [one if one is two else one.met(two, initial, depth + _BITS) for one, two in pairs]
        )
        return self if children == before else State(children=children)

    def met(self, other: State, initial: Callable[[Location], Definition], depth: int = 0) -> State:
        """The join of two states; cached for later statements that join the same two parts."""
        if self is _EMPTY:
            return self.joined(other, initial, depth)
        if self._joined is None or self._joined[0] is not other:
            made = self.joined(other, initial, depth)
            self._joined = other, None if made is self else made
            if made is not self:
                made._joined = other, None
        return self._joined[1] or self

    def _split(self, depth: int) -> tuple[State, ...]:
        return self.children or _children(self.cells, depth)


_NONE: Definitions = frozenset()
_EMPTY = State()  # one for all, so that parts which are joined with it stay known


def _added(
    one: Locations, other: Locations, initial: Callable[[Location], Definition]
) -> dict[Location, Definitions | None]:
    """The cells that may hold more where two paths meet than on the first of them."""
    added: dict[Location, Definitions | None] = {}
    known = one.get
    for cell, second in other.items():
        first = known(cell)
        if first is second or (first and second and second <= first):
            continue  # as most cells
        unset = _NONE if first and second else frozenset({initial(cell)})
        both = (first or unset) | (second or unset)
        if both != first:
            added[cell] = both
    for cell in one.keys() - other.keys():
        first = one[cell]
        start = initial(cell)
        if first is None or start not in first:
            added[cell] = (first or _NONE) | {start}
    return added


def _children(cells: Locations, depth: int) -> tuple[State, ...]:
    parts = _parts(cells, depth)
    return tuple(
        _EMPTY.updated(parts[index], depth + _BITS) if index in parts else _EMPTY
        for index in range(2**_BITS)
    )


def _parts(cells: Locations, depth: int) -> Mapping[int, Locations]:
    """Cells by the child that they belong to."""
    parts: dict[int, dict[Location, Definitions | None]] = defaultdict(dict)
    for cell, definitions in cells.items():
        parts[(hash(cell) >> depth) % 2**_BITS][cell] = definitions
    return parts
