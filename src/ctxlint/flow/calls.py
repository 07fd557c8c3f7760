"""The value of a call."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

from ctxlint.flow.applied import adapted, applied, queued, started
from ctxlint.flow.builtin_functions import BUILTINS
from ctxlint.flow.builtin_methods import method_call
from ctxlint.flow.call import Call, word_of, words_of
from ctxlint.flow.conditions import note_conditions
from ctxlint.flow.containers import (
    copy_items,
    extend,
    from_end,
    made_here,
    note_length,
    put,
    rearrange,
    received,
    transformed,
)
from ctxlint.flow.evaluation import evaluate
from ctxlint.flow.frame import Frame
from ctxlint.flow.functions import function_call, resolve_callee, set_by_fields
from ctxlint.flow.modules import is_foreign, resolve_imports
from ctxlint.flow.record_types import (
    construct,
    copied,
    is_model,
    mapping_of,
    named_tuple,
    namespace,
    own_mapping,
    replaced,
    sequence_of,
)
from ctxlint.flow.sinks import getter_call, with_getters
from ctxlint.flow.values import (
    ANY,
    CONTENT,
    NOTHING,
    Atom,
    Attribute,
    Container,
    Instance,
    Kind,
    Origin,
    Partial,
    Symbol,
    Value,
    generated,
)
from ctxlint.project.scopes import FUNCTIONS

_WEBSOCKET = "websocket"  # a file without it serves none


def call(node: ast.Call, frame: Frame) -> Value:
    """The value of a call."""
    base: Value = frozenset()
    if isinstance(node.func, ast.Attribute):
        base = evaluate(node.func.value, frame)
        function = frame.element(base, Attribute(node.func.attr), node.func)
        frame.flow.values[node.func] |= function
    else:
        function = evaluate(node.func, frame)
    args = [
        (arg, evaluate(arg.value if isinstance(arg, ast.Starred) else arg, frame))
        for arg in node.args
    ]
    keywords = [(keyword, evaluate(keyword.value, frame)) for keyword in node.keywords]
    function = resolve_callee(function, word_of(node.func), node, frame)
    this = with_getters(Call(node, frame, base, function, args, keywords))
    if this.paths:
        frame.note_call(node)
    value = _handled(this)
    if node not in frame.flow.sinks and not any(map(_is_partial_getter, value or ())):
        this.read_methods()
    if value is not None:
        if any(atom.node is node for atom in generated(value)):
            note_conditions(node, frame)
        return value
    this.read_arguments()
    this.read_object()
    if generated(this.function):
        return transformed(node, [this.function], frame)
    if this.word in _TEXT_METHODS and base:  # of a parameter that may be generated
        return transformed(node, [base], frame)
    return received(node)


def _is_partial_getter(atom: Atom) -> bool:
    return isinstance(atom, Partial) and atom.node is not None


def _handled(this: Call) -> Value | None:
    """The value of a call of something known; None for others."""
    for handle in _HANDLERS if this.known_paths else _HANDLERS_OF_UNKNOWN:
        value = handle(this)
        if value is not None:
            return value
    return None


def _run(this: Call) -> Value | None:
    """The results of the coroutines that a call runs."""
    contract = this.frame.flow.contract
    if this.is_any(contract.gatherers):
        container = Container(this.node)
        for index, (node, value) in enumerate(this.args):
            put(container, ANY if isinstance(node, ast.Starred) else index, node, value, this.frame)
        return frozenset({container})
    if this.args and (this.is_any(contract.runners) or this.is_method(contract.run_methods)):
        this.read_arguments(skip=1)
        return this.args[0][1]
    return None


def _source(this: Call) -> Value | None:
    contract = this.frame.flow.contract
    if _is_source(this.node.func, this.function, this):
        this.read_arguments()
        return frozenset({Origin(Kind.GENERATED, this.node)})
    instances = [path for path in this.paths if contract.is_source_class(path)]
    return frozenset(map(Symbol, instances)) or None


def _is_source(function: ast.expr, value: Value, this: Call) -> bool:
    """Whether a function generates IDs."""
    flow, scope = this.frame.flow, this.frame.scope
    if any(flow.is_source(atom.path) for atom in value if isinstance(atom, Symbol)):
        return True
    may_be_renamed = any(is_foreign(atom, flow) for atom in value)
    words = words_of(word_of(function), value)
    if not (may_be_renamed or flow.contract.may_be_source(words)):
        return False
    return flow.matcher.is_source(function, scope, flow.file_of_scope(scope))


def _kept(this: Call) -> Value | None:
    """The value of a call that keeps what an argument is: a number, a digest, a UUID of it."""
    if not this.is_any(this.frame.flow.contract.keeps) or not (this.args or this.keywords):
        return None
    values = [value for _, value in this.given]
    if not generated(NOTHING.union(*values)):
        return None
    return transformed(this.node, values, this.frame)


def _declared_kept(this: Call) -> Value | None:
    """The value of a call of a function that keeps its argument, according to the contract."""
    keeps, scope = this.frame.flow.contract.own_keeps, this.frame.scope
    if not keeps or not (this.args or this.keywords):
        return None
    flow = this.frame.flow
    if not flow.matcher.is_any(keeps, this.node.func, scope, flow.file_of_scope(scope)):
        return None
    return transformed(this.node, [value for _, value in this.given], this.frame)


def _dependency(this: Call) -> Value | None:
    """The value that FastAPI fills in: `Depends(f)`, `Header(default_factory=f)`."""
    contract = this.frame.flow.contract
    if this.is_any(contract.inputs):
        return _default(this) | received(this.node)
    if not this.is_any(contract.dependencies):
        return None
    given = list(this.args[:1])
    given += [(k.value, value) for k, value in this.keywords if k.arg == "dependency"]
    from ctxlint.flow.frameworks import type_asked_for  # noqa: PLC0415 - few files need it

    given = given or type_asked_for(this)
    if not given:
        return None
    node, value = given[0]
    if _WEBSOCKET in this.frame.flow.main.text and any(
        is_foreign(a, this.frame.flow) for a in value
    ):
        this.frame.flow.loader.needed.add(this.node)
    function = resolve_callee(value, word_of(node), this.node, this.frame)
    made = function_call(Call(this.node, this.frame, NOTHING, function, [], [], is_filled=True))
    if made is None:
        return None
    yielded = frozenset(filter(this.frame.is_yielded, made))
    items = this.frame.element(yielded, ANY, this.node) if yielded else NOTHING
    return (made - yielded) | items


def _variable(this: Call) -> Value | None:
    """A variable of a context, or a queue: an object that holds a value."""
    if not this.is_any(this.frame.flow.contract.variables):
        return None
    variable = Instance(this.node, None)
    value = next((v for k, v in this.keywords if k.arg == "default"), received(this.node))
    put(variable, CONTENT, this.node, value, this.frame)
    return frozenset({variable})


def _mapping(this: Call) -> Value | None:
    """A mapping that makes what is missing, or is made of others."""
    frame, contract = this.frame, this.frame.flow.contract
    if this.is_any(contract.chained_mappings):
        made = Container(this.node)
        for node, value in reversed(this.args):
            copy_items(made, node, value, frame)
        return frozenset({made})
    if not this.is_any(contract.default_mappings) or not this.args:
        return None
    is_local = isinstance(frame.scope.node, FUNCTIONS) and not _is_kept_in_object(this.node, frame)
    return _default_mapping(this) if is_local else None


def _queue(this: Call) -> Value | None:
    """A list that may be changed at both ends; one with a limit loses items."""
    if not this.is_any(this.frame.flow.contract.queues) or len(this.args) > 1:
        return None
    made = made_here(Container(this.node), this.frame)
    note_length(made, 0, this.frame)
    extend(made, this.args, this.frame)
    if this.keywords:
        rearrange(frozenset({made}), this.node, None, this.frame)
    return frozenset({made})


def _default_mapping(this: Call) -> Value | None:
    """`defaultdict(f)`: an item that nothing has set is what the function gives."""
    (node, function), *rest = this.args
    value = _handled(Call(this.node, this.frame, NOTHING, function, [], [])) or NOTHING
    if not generated(value):
        return None
    made = Container(this.node)
    for other, mapping in rest:
        copy_items(made, other, mapping, this.frame)
    put(made, ANY, node, value, this.frame)
    return frozenset({made})


def _is_kept_in_object(node: ast.Call, frame: Frame) -> bool:
    """Whether an object gets what a call makes as an attribute: it outlives the function."""
    statement = frame.flow.file_of_scope(frame.scope).statement_of(node)
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return any(isinstance(target, ast.Attribute) for target in targets)


def _wrapper(this: Call) -> Value | None:
    """`ThreadID(x)`: one positional argument in a type of its own."""
    if this.word[:1].isupper() and len(this.args) == 1 and this.simple:
        if (may_hold := _may_hold(this)) and this.frame.flow.contract.has_paths:
            return None
        if this.is_for_effects:
            this.read_arguments()
        value = transformed(this.node, [this.args[0][1]], this.frame)
        return value | received(this.node) if may_hold else value
    return None


def _may_hold(this: Call) -> bool:
    """Whether a call makes an object of a class of the project that is not looked into yet."""
    flow = this.frame.flow
    return this.node not in flow.loader.demanded and any(is_foreign(a, flow) for a in this.function)


def _builtin(this: Call) -> Value | None:
    contract = this.frame.flow.contract
    if this.simple and len(this.args) == 2 and this.is_any(contract.casts):
        return this.args[1][1]
    if this.is_method(contract.mappers):
        functions = [a for _, value in this.args[:1] for a in value if isinstance(a, Symbol)]
        return _map(this) if functions else None
    handle = next((_BUILTINS[path] for path in this.paths if path in _BUILTINS), None)
    return handle(this) if handle else None


def _field(this: Call) -> Value | None:
    """The field of a dataclass: its default, or what its factory returns."""
    contract = this.frame.flow.contract
    if not this.is_any(contract.fields):
        return None
    return _default(this)


def _default(this: Call) -> Value:
    """The default that a call describes, or what its factory makes."""
    for keyword, value in this.keywords:
        if keyword.arg in this.frame.flow.contract.factories:
            made = _handled(Call(this.node, this.frame, NOTHING, value, [], []))
            return made if made is not None else received(this.node)
        if keyword.arg == "default":
            return value
    return received(this.node)


def _record(this: Call) -> Value | None:
    """An object of any attributes, a changed copy of one, or one as a dict or tuple."""
    contract = this.frame.flow.contract
    if this.is_any(contract.request_doubles.namespaces) and not this.args:
        return namespace(this)
    if len(this.args) != 1 or isinstance(this.args[0][0], ast.Starred):
        return None
    if this.is_any(contract.replacers):
        copy = replaced(this.args[0][1], this)
        set_by_fields(copy or NOTHING, this)
        return copy
    if this.is_any(contract.namespaces):
        return own_mapping(this.args[0][1], this.node, this.frame)
    if this.is_any(contract.as_dicts):
        return mapping_of(this.args[0][1], this.node, this.frame)
    if this.is_any(contract.as_tuples):
        return sequence_of(this.args[0][1], this.node, this.frame)
    return None


def _model(this: Call) -> Value | None:
    """`Model.model_validate(data)`: a model that is made of a mapping, or of keywords."""
    flow = this.frame.flow
    if this.word not in flow.contract.model_makers:
        return None
    base = this.base
    if this.node in flow.loader.demanded:
        base = resolve_imports(base, this.frame.scope, flow)
    owners = [a.node for a in base if isinstance(a, Symbol) and isinstance(a.node, ast.ClassDef)]
    mappings = [(ast.keyword(None, node), value) for node, value in this.args[:1]]
    given = [*this.keywords, *mappings]
    made = [
        construct(o, replace(this, args=[], keywords=given)) for o in owners if is_model(o, flow)
    ]
    return NOTHING.union(*made) or None


def _map(this: Call) -> Value | None:
    """`map(f, items)`: what the function gives for each of the items, or of several such."""
    if not this.simple or len(this.args) < 2:
        return None
    (function_node, function), *given = this.args
    function = resolve_callee(function, word_of(function_node), this.node, this.frame)
    length = from_end(given[0][1], 0, this.frame) if len(given) == 1 else None
    container = Container(this.node)
    for key in range(length) if isinstance(length, int) else [ANY]:
        parts = [(node, this.frame.element(items, key, node)) for node, items in given]
        inner = Call(this.node, this.frame, NOTHING, function, parts, [], gives_items=True)
        if (value := _handled(inner)) is None:
            inner.read_arguments()
        put(container, key, given[0][0], value or received(this.node), this.frame)
    if isinstance(length, int):
        note_length(container, length, this.frame)
    return frozenset({container})


_BUILTINS: dict[str, Callable[[Call], Value | None]] = {
    **BUILTINS,
    "copy.copy": copied,
    "copy.deepcopy": copied,
    "map": _map,
}


_TEXT_METHODS = frozenset(
    {"casefold", "lower", "lstrip", "removeprefix", "removesuffix", "replace", "rstrip", "strip"}
    | {"title", "upper"}
)

_HANDLERS: tuple[Callable[[Call], Value | None], ...] = (
    getter_call,
    applied,
    adapted,
    started,
    queued,
    _run,
    _source,
    _declared_kept,
    _dependency,
    _variable,
    _mapping,
    _queue,
    function_call,
    named_tuple,
    _record,
    _field,
    _builtin,
    _model,
    method_call,
    _kept,
    _wrapper,
)
# Those that only know functions of libraries have nothing to say of others.
_OF_LIBRARIES = {
    adapted,
    _dependency,
    _variable,
    _mapping,
    _queue,
    named_tuple,
    _record,
    _field,
    _kept,
}
_HANDLERS_OF_UNKNOWN = tuple(handle for handle in _HANDLERS if handle not in _OF_LIBRARIES)
