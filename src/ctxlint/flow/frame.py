"""The state of one scope while it is interpreted."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from ctxlint.contract.getter import Getter
from ctxlint.flow.cells import cells_read, member_of
from ctxlint.flow.classes import (
    attribute_of,
    class_of_first,
    is_initializer,
    is_setter,
    members,
    methods_given,
)
from ctxlint.flow.facts import Sink
from ctxlint.flow.flow import Flow
from ctxlint.flow.middleware import set_by_middleware
from ctxlint.flow.modules import resolve_imports
from ctxlint.flow.state import State
from ctxlint.flow.values import (
    ANY,
    NOTHING,
    OPEN,
    PARTS,
    RETURN,
    Atom,
    Attribute,
    Container,
    Definition,
    Definitions,
    Fact,
    Instance,
    Kind,
    Location,
    Origin,
    Symbol,
    Value,
    depth_of,
    is_generated,
    is_id,
    is_kind,
    is_unseen,
    unseen,
    whole_of,
    widened,
)
from ctxlint.project.scopes import Scope
from ctxlint.source import walk

_SHARED = (ast.Module, ast.ClassDef)  # their names and attributes may be set from any file
_MAX_LEFT = 2  # attributes of attributes of a parameter that a function is seen to set


@dataclass(slots=True)
class Frame:
    """One scope being interpreted: the state at this point, None where it is never reached.

    `raised` holds, for each enclosing `try`, the states that leave its body early; `given`
    the cells bound here of objects that may come from outside; `heads`, for each loop, the states
    in which it was last entered, and begun; `told` the facts that tests may tell of a name;
    `visited` the statements and calls whose state is known, with the `round` of their loop.
    """

    flow: Flow
    scope: Scope
    state: State | None
    statement: ast.stmt | None = None
    raised: list[State | None] = field(default_factory=list)
    breaks: list[State | None] = field(default_factory=list)
    continues: list[State | None] = field(default_factory=list)
    given: dict[tuple[Origin, object], None] = field(default_factory=dict)
    heads: dict[ast.stmt, tuple[State | None, State | None]] = field(default_factory=dict)
    told: dict[object, set[Fact]] = field(default_factory=dict)
    visited: dict[ast.AST, tuple[object, int]] = field(default_factory=dict)
    round: tuple[object, int] = (0, 0)
    repeats: int = 0  # how many of the enclosing loops are past their first round

    def definitions(self, cell: Location) -> Definitions:
        """The definitions of a cell that may reach this point.

        Code of other scopes (a nested function, the module) may have run at any time.
        """
        here = self.state.get(cell) if self.state is not None else None
        scope, binders = self.scope.node, self.flow.binders.get(cell)
        is_alone = not binders or (len(binders) == 1 and scope in binders)
        if here is not None and is_alone:
            return here  # as most
        self.flow.worklist.observers[cell].add(scope)
        if here is not None and self._is_set_here(cell, here):
            return here
        others = () if is_alone else (d for d in self.flow.by_cell[cell] if d.scope is not scope)
        found = {*others, *(here or ())}
        if here is None and (not found or not isinstance(cell[0], ast.AST | Container | Instance)):
            found.add(self.flow.initial(cell))
        return frozenset(found)

    def _is_set_here(self, cell: Location, here: Definitions) -> bool:
        """Whether this scope has surely set the attribute of an object that others have, too."""
        is_attribute = isinstance(cell[0], Instance) and isinstance(cell[1], Attribute)
        return is_attribute and all(d.node and d.scope is self.scope.node for d in here)

    def facts_of(self, name: str) -> set[Fact]:
        """The facts that tests have told of a name of this scope at this point."""
        cell = (self.scope.node, name)
        held = self.state.get(cell) if cell in self.told and self.state is not None else None
        told = self.told[cell] if held else ()
        return {fact for fact in told if self.state.get((cell, fact)) == held}  # type: ignore[union-attr]

    def is_bound(self, cell: Location) -> bool:
        """Whether code of this scope may have bound a cell before this point."""
        return self.state is not None and self.state.get(cell) is not None

    def read(self, cell: Location, node: ast.AST) -> Value:
        """The value of a cell where `node` reads it."""
        definitions = self.definitions(cell)
        self.flow.uses[node] |= self._whole(definitions) if self.flow.narrowed else definitions
        value = self.flow.value(definitions)
        owner = cell[0]
        if isinstance(owner, _SHARED) and owner is not self.scope.node:
            return unseen(value, cell)
        return value

    def note_reads(self, node: ast.expr, state: State) -> None:
        """Note what an expression that is never reached would read in a state."""
        for name in walk(node):
            held = state.get((self.scope.node, name.id)) if isinstance(name, ast.Name) else None
            if held:
                self.flow.uses[name] |= self._whole(held)

    def _whole(self, definitions: Definitions) -> Definitions:
        """Definitions as they were before tests told that they do not hold all of their values."""
        narrowed = self.flow.narrowed
        if narrowed.keys().isdisjoint(definitions):
            return definitions
        return frozenset(narrowed.get(definition, definition) for definition in definitions)

    def element(self, base: Value, key: object, node: ast.AST) -> Value:
        """The value of the element, item or attribute `key` of `base`."""
        if not base:
            return NOTHING  # what a function returns that is being interpreted is not known yet
        value: set[Atom] = set()
        for atom in base:
            if isinstance(atom, Origin) and is_generated(atom):  # so are its attributes and parts
                value.add(atom._replace(part=key) if isinstance(key, int) else atom)
            elif isinstance(atom, Symbol) and isinstance(key, Attribute) and key is not ANY:
                value |= member_of(atom, key, node, self)
            elif isinstance(atom, Symbol) and isinstance(atom.node, ast.ClassDef):
                value.add(atom)  # `Box[int]` is the class
            elif isinstance(atom, Symbol) and node in self.flow.loader.demanded:
                found = resolve_imports(frozenset({atom}), self.scope, self.flow) - {atom}
                value |= self.element(found, key, node) if found else NOTHING
                if any(d.node for d in self.definitions((atom, key))):
                    value |= self.read((atom, key), node)
            elif isinstance(key, Attribute) and (owner := self.owner_class(atom)):
                value |= attribute_of(atom, owner, key, node, self)  # type: ignore[arg-type]
            elif not is_kind(atom, Kind.ABSENT):
                for cell in cells_read(atom, key, node, self):
                    value |= self.read(cell, node)
                if isinstance(atom, Origin) and isinstance(atom.node, ast.arg):
                    value |= methods_given(atom.node, key, node, self)
                elif isinstance(atom, Origin) and isinstance(atom.node, tuple):
                    value |= set_by_middleware(atom.node, key, node, self)
            if self.is_open(atom, key):
                value |= unseen(frozenset(value), node)
            self.flow.loader.note_read(atom, key, node)
        return frozenset(value) or frozenset({Origin(Kind.RECEIVED, node)})

    def is_open(self, atom: Atom, key: object) -> bool:
        """Whether code that is not looked into may have set a part that nothing here has set."""
        may_be = OPEN in self.flow.keys.get(atom, ()) and not self.is_bound((atom, key))
        return may_be and any(d.node for d in self.definitions((atom, OPEN)))

    def open(self, value: Value, node: ast.AST) -> None:
        """Note that code which is not looked into may set any part of what a value holds."""
        flow = self.flow
        replaced = frozenset({Origin(Kind.UNSEEN, node)})
        seen: set[Atom] = set()
        pending = self._holders(value, seen)
        while pending:
            atom = pending.pop()
            for cell in self._parts(atom):
                held = flow.value(self.definitions(cell))
                pending += self._holders(held, seen)
                if flow.sieves.not_generated.rest(held) and not any(map(is_unseen, held)):
                    self.define(cell, node, replaced, weak=True)
            if not self.is_bound((atom, OPEN)):
                self.define((atom, OPEN), node, replaced, weak=True)

    def _parts(self, atom: Atom) -> list[Location]:
        """The parts of an object that may hold an ID, or an object, as far as is known."""
        self.flow.worklist.observers[atom, PARTS].add(self.scope.node)
        return [(atom, key) for key in self.flow.parts.get(atom, ()) if key in self.flow.keys[atom]]

    def _holders(self, value: Value, seen: set[Atom]) -> list[Atom]:
        """The objects that may hold an ID, but for what a generator yields: nobody else sets it.

        Those that were `seen` are left out; it gets the others.
        """
        found = self.flow.sieves.simple.rest(value)
        if not self.flow.id_containers.isdisjoint(value):
            found |= value & self.flow.id_containers
        found -= seen
        seen |= found
        return [a for a in found if not (is_kind(a, Kind.ABSENT) or self.is_yielded(a))]

    def is_yielded(self, atom: Atom) -> bool:
        """Whether an atom is the iterator over what a generator function yields."""
        called = self.flow.callees.get(atom.node, ()) if isinstance(atom, Container) else ()
        return not self.flow.program.generators.isdisjoint(called)

    def returned(self, function: ast.AST, node: ast.AST) -> Value:
        """The result of a function that `node` calls."""
        flow = self.flow
        flow.worklist.demand(function)
        flow.callees[node].add(function)
        cell = (function, RETURN)
        flow.worklist.dependents[cell].add(self.scope.node)
        definitions = flow.by_cell.get(cell, set())
        flow.uses[node] |= definitions
        return flow.value(definitions)

    def leave(self, *, raises: bool = False) -> None:
        """The function ends, or `raises`, here: what it leaves in what it was given others see."""
        if self.state is None:
            return
        function, settled = self.scope.node, set[Location]()
        for base, key in self.given:
            if not (definitions := self.state.get((base, key))):
                continue
            owner = self.owner_class(base)
            if owner is not None and isinstance(key, Attribute):
                set_ones = {d for d in definitions if d.node}
                if len(set_ones) == len(definitions):
                    settled.add((owner, key))
                self.flow.binders[owner, key].update(d.scope for d in set_ones)
                self._leave(set_ones, self.flow.by_cell[owner, key], (owner, key))
            elif self._is_own(whole_of(base.node)) and depth_of(base.node) < _MAX_LEFT:
                left = self.flow.side_effects[function].setdefault((base, key), set())
                if key is not OPEN or not left:
                    self._leave(set(definitions), left, (function, RETURN))
        if not (raises and is_initializer(function)):  # else there is no object
            known = self.flow.always_set.setdefault(function, settled)
            for cell in known - settled:
                known.remove(cell)
                self.flow.worklist.grow(cell)
        self.state = None

    def _leave(self, definitions: set[Definition], known: set[Definition], cell: Location) -> None:
        """Add definitions to those that others know, who read the cell."""
        if not definitions <= known:
            for definition in definitions - known:
                self.flow.effect_observers[definition].add(cell)
            known |= definitions
            self.flow.worklist.grow(cell, self.scope.node if cell[0] is self.scope.node else None)

    def _is_own(self, argument: ast.arg | None) -> bool:
        """Whether this function has the parameter."""
        return argument is not None and argument in self.scope.bindings.get(argument.arg, ())

    def is_own_parameter(self, parameter: ast.arg) -> bool:
        """Whether this function, or one around it, has the parameter."""
        scope: Scope | None = self.scope
        while scope:
            if parameter in scope.bindings.get(parameter.arg, ()):
                return True
            scope = scope.parent
        return False

    def owner_class(self, atom: Atom) -> ast.ClassDef | None:
        """The class of an instance, or whose method's `self` or `cls` this atom is."""
        if isinstance(atom, Instance):
            return atom.owner
        is_parameter = isinstance(atom, Origin) and isinstance(atom.node, ast.arg)
        return class_of_first(atom.node, self.scope) if is_parameter else None  # type: ignore[arg-type]

    def has_setter(self, atom: Atom, name: str) -> bool:
        """Whether a method of its class runs when the attribute of an object is set."""
        owner = self.owner_class(atom)
        return owner is not None and any(map(is_setter, members(owner, name, self)))

    def define(
        self,
        cell: Location,
        node: ast.AST,
        value: Value,
        expression: ast.expr | None = None,
        *,
        weak: bool = False,
    ) -> None:
        """Bind a cell; a weak binding may leave the old value in place."""
        if self.state is None:
            return
        flow, (owner, key) = self.flow, cell
        definition = flow.definitions.get((cell, node))
        if definition is None:
            definition = Definition(cell, node, self.scope.node, expression)
            flow.definitions[cell, node] = definition
            flow.by_cell[cell].add(definition)
            flow.note_binder(cell, self.scope.node)
            if key is not OPEN or len(flow.by_cell[cell]) == 1:  # who has opened it is not asked
                flow.worklist.grow(cell, self.scope.node)
            if not isinstance(owner, ast.AST):
                flow.keys[owner].add(key)  # type: ignore[index]
        if isinstance(owner, Origin):
            self.given[owner, key] = None
        elif isinstance(owner, _SHARED):
            self.open(frozenset(a for a in value if isinstance(a, Container | Instance)), node)
        before = self.definitions(cell)
        if isinstance(owner, Container) and not isinstance(owner.node, ast.arg):
            empty = flow.initial(cell)  # a container that is made here begins empty
            if empty in before:
                before = before - {empty} | (self.state.get((owner, ANY)) or frozenset())
        if flow.notes_uses and not self.repeats:
            flow.previous_definitions[definition] |= self._whole(before)
        new = widened(value, flow.atoms[definition], node, flow.sieves.opaque.rest)
        if new:
            self._gain(definition, new)
        bound = before | {definition} if weak else frozenset({definition})
        items = self._replaced(definition, self.state) if key is ANY else {}
        self.state = self.state.updated({cell: bound, **items})

    def _gain(self, definition: Definition, new: Value) -> None:
        """Note what else a definition of this scope may hold, wherever others see it."""
        flow, cell = self.flow, definition.cell
        flow.atoms[definition] |= new
        if cell[1] is OPEN:
            return
        flow.worklist.grow(cell, self.scope.node)
        for other in flow.effect_observers.get(definition, ()):
            flow.worklist.grow(other, self.scope.node)
        flow.hold(cell, new, self.scope.node)

    def _replaced(self, definition: Definition, state: State) -> dict[Location, Definitions]:
        """The items of a container that one whose key is not known may replace."""
        container = definition.cell[0]
        keys = self.flow.keys[container]  # type: ignore[index]
        cells = [(container, key) for key in keys if not isinstance(key, Attribute)]
        return {cell: held | {definition} for cell in cells if (held := state.get(cell))}

    def consume(self, node: ast.expr, value: Value) -> Value:
        """Note that code other than a getter reads this value; return it."""
        ids = self._carried(value) if self.flow.notes_uses else ()
        if self.flow.contract.has_lost and value:
            self.flow.disclosed[node] |= value
        if ids:
            self.flow.other_uses[node] |= ids
            self.flow.other_uses_by_scope[self.scope.node].add(node)
        return value

    def _carried(self, value: Value) -> set[Atom]:
        """The generated and ambient IDs in a value and in what it contains."""
        flow = self.flow
        consumed = flow.consumed[self.scope.node]
        ids: set[Atom] = set()
        seen: set[Atom] = set()
        pending = [value]
        while pending:
            held = pending.pop()
            consumed |= held
            ids.update(filter(is_id, held))
            if flow.id_containers.isdisjoint(held):
                continue  # as most
            found = (flow.id_containers & held) - ids - seen
            seen |= found
            cells = [cell for atom in found for cell in self._parts(atom)]
            pending += [flow.value(self.definitions(cell)) for cell in cells]
        return ids

    def sink(self, call: ast.Call, getter: Getter) -> Sink:
        """The record of this call of a getter."""
        sinks = self.flow.sinks
        if call not in sinks:
            assert self.statement is not None
            sinks[call] = Sink(call, getter, self.scope, self.statement)
        return sinks[call]

    def note_call(self, call: ast.Call) -> None:
        """Keep the state in which a call runs: its arguments are evaluated."""
        known = self.flow.calls.get(call)
        self.flow.calls[call] = self.scope, self.met(call, known and known[1])

    def met(self, node: ast.AST, before: State | None) -> State | None:
        """The state at a node, and the one `before` if that is of an earlier round of a loop.

        One of an earlier interpretation of the scope, or round of this loop, is part of this state.
        """
        loop, number = self.visited.get(node, (None, 0))
        self.visited[node] = self.round
        is_later = loop is self.round[0] and number < self.round[1]
        return self.state if loop is None or is_later else self.flow.join(before, self.state)

    def note_raise(self) -> None:
        """An exception may leave the innermost block in this state, and those around it."""
        if self.raised:
            self.raised[-1] = self.flow.join(self.raised[-1], self.state)
