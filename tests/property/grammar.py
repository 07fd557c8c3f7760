"""The expressions of generated programs: sources, what arrives, and what joins them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from layout import PLAIN, Form

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

KEYS = ("thread_id", "run_id")
IDS = (*KEYS, "t", "r")
MAPS = ("ids", "extra")
CONTEXTS = ("context", "other")
PAIR = "pair"
SOURCES = (
    'UnifiedIdGenerator.generate_base_id("t")',
    "str(uuid4())",
    "str(uuid.uuid4())",
    "uuid4().hex",
    'f"run_{uuid4()}"',
    "uuid.uuid4().hex[:8]",
    "secrets.token_hex(4)",
    '"run_" + uuid4().hex',
    '"run_{}".format(uuid4())',
    '"run_%s" % uuid4()',
    "ThreadID(uuid4())",
    "UnifiedIdGenerator().generate_run_id()",
)


@dataclass(frozen=True, slots=True)
class Function:
    """A function that the module defines: how to call it, what it takes, what it gives.

    `gives`: `id`, `pair`, `map` or `context`.
    """

    name: str
    parameters: tuple[str, ...]
    gives: str
    is_async: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """What code at one place may read, and how it draws.

    `names`: the names that are surely bound, by kind; `inputs`: the parameters of other kinds;
    `can_bind`: whether an expression may bind a name; `gives`: what the
    function at hand returns; `forms`: how statements may be laid out.
    """

    draw: Callable[[st.SearchStrategy[Any]], Any]
    getter: str
    functions: list[Function]
    inputs: frozenset[str]
    names: dict[str, list[str]]
    depth: int = 0
    is_async: bool = False
    in_loop: bool = False
    can_bind: bool = True
    gives: str = "nothing"
    forms: Sequence[Form] = (PLAIN,)

    def one(self, options: Sequence[Any]) -> Any:
        """One of these; a program shrinks towards the first."""
        return self.draw(st.sampled_from(options))

    def chance(self, of: int) -> bool:
        """Once in about so many times."""
        return bool(self.draw(st.integers(0, of - 1)) == of - 1)

    def known(self, kind: str) -> list[str]:
        return self.names.get(kind, [])

    def bind(self, kind: str, name: str) -> str:
        """Note that a name is bound from here on."""
        if name not in self.known(kind):
            self.names.setdefault(kind, []).append(name)
        return name

    def unbind(self, kind: str, name: str) -> None:
        self.names[kind].remove(name)

    def inner(self, *, in_loop: bool | None = None) -> Scope:
        """The scope of a block that may or may not run: what it binds is unknown behind it."""
        names = {kind: list(known) for kind, known in self.names.items()}
        loop = self.in_loop if in_loop is None else in_loop
        return replace(self, names=names, depth=self.depth + 1, in_loop=loop)

    def calls(self, *kinds: str) -> list[Function]:
        """The functions that may be called here and give something of such a kind."""
        return [f for f in self.functions if f.gives in kinds and (self.is_async or not f.is_async)]


def source(scope: Scope) -> str:
    """A call that generates an ID."""
    return str(scope.one(SOURCES))


def received(scope: Scope) -> str:
    """An expression for an ID that arrived, or may have been left behind."""
    key = scope.one(KEYS)
    options = list(scope.known("id"))
    if "payload" in scope.inputs:
        options += [f'payload.get("{key}")', f'payload.get("{key}", None)']
    if "self" in scope.inputs:
        options += [f"self.{key}", f'getattr(self, "_current_{key}", None)']
    return str(scope.one(options or ["None"]))


def value(scope: Scope, depth: int = 2) -> str:
    """An expression for an ID."""
    leaves = [received, source, received, source, _item, _element, _constant]
    if depth == 0:
        return str(scope.one(leaves)(scope))
    deep = [_either, _either, _ternary, _ternary, _default, _call, _call, _text, _walrus]
    form = scope.one([*leaves, *deep])
    return str(form(scope, depth - 1) if form in deep else form(scope))


def _constant(scope: Scope) -> str:
    return str(scope.one(["None", '""', '"fixed"']))


def _item(scope: Scope) -> str:
    if not scope.known("map"):
        return received(scope)
    name, key = scope.one(scope.known("map")), scope.one(KEYS)
    form = scope.one(['{}.get("{}")', '{}.pop("{}", None)', '{}.get("{}") or None'])
    return f"({form.format(name, key)})"


def _element(scope: Scope) -> str:
    if not scope.known("pair"):
        return received(scope)
    return f"{PAIR}[{scope.one(['0', '1', '-1'])}]"


def _either(scope: Scope, depth: int) -> str:
    if scope.chance(6):
        return f"({value(scope, depth)} and {source(scope)})"
    return f"({value(scope, depth)} or {value(scope, depth)})"


def _ternary(scope: Scope, depth: int) -> str:
    if not scope.known("id"):
        return _either(scope, depth)
    name, other = scope.one(scope.known("id")), value(scope, depth)
    forms = [
        f"{name} if {name} else {other}",
        f"{other} if {name} is None else {name}",
        f"{other} if not {name} else {name}",
        f"{name} if {condition(scope)} else {other}",
    ]
    return f"({scope.one(forms)})"


def _default(scope: Scope, depth: int) -> str:
    key = scope.one(KEYS)
    options = [f'{name}.setdefault("{key}", %s)' for name in scope.known("map")]
    options += [f'{name}.get("{key}", %s)' for name in scope.known("map")]
    if "payload" in scope.inputs:
        options += [f'payload.get("{key}", %s)'] * 2
    if "self" in scope.inputs:
        options.append(f'getattr(self, "{key}", %s)')
    return str(scope.one(options or ["%s"])) % value(scope, depth)


def _text(scope: Scope, depth: int) -> str:
    forms = [
        "str({})",
        '"x-{{}}".format({})',
        "str({} or 0)[:6]",
        "str({}).strip()",
        "ThreadID({})",
    ]
    return str(scope.one(forms)).format(value(scope, depth))


def _walrus(scope: Scope, depth: int) -> str:
    inner = value(scope, depth)
    return f"({scope.one(IDS)} := {inner})" if scope.can_bind else inner


def _call(scope: Scope, depth: int) -> str:
    functions = scope.calls("id", "pair", "map")
    if not functions:
        return _either(scope, depth)
    function = scope.one(functions)
    text = call(scope, function, depth)
    if function.gives == "pair":
        return f"{text}[{scope.one(['0', '1'])}]"
    if function.gives == "map":
        return f'{text}["{scope.one(KEYS)}"]'
    return text


def call(scope: Scope, function: Function, depth: int = 1) -> str:
    """A call of a function of the module, in parentheses if it must be awaited."""
    given = [p for p in function.parameters if p == "user_id" or not scope.chance(4)]
    arguments: list[str] = []
    is_keyword = scope.chance(3)
    for position, name in enumerate(given):
        is_keyword = is_keyword or function.parameters[position] != name
        text = "user_id" if name == "user_id" else value(scope, min(depth, 1))
        arguments.append(f"{name}={text}" if is_keyword else text)
    text = f"{function.name}({', '.join(arguments)})"
    return f"(await {text})" if function.is_async else text


def condition(scope: Scope, name: str | None = None) -> str:
    """A test, of the name if there is one."""
    name = name or (scope.one(scope.known("id")) if scope.known("id") else None)
    flags = [flag for flag in ("flag",) if flag in scope.inputs]
    flags += ['payload.get("kind") == "query"'] if "payload" in scope.inputs else []
    if name is None:
        return str(scope.one(flags or ["True"]))
    forms = [
        *(f"not {name}", f"{name} is None", f"not {name}", f"{name} is None"),
        *(name, f"{name} is not None", f'{name} == ""', f'{name} in (None, "")'),
        *(f"not isinstance({name}, str)", f"not {name} or len(str({name})) < 3"),
        *(f"not bool({name})", f"{name} != None"),
        *flags,
        *(f"{flag} or not {name}" for flag in flags),
        *(f"{flag} and {name} is None" for flag in flags),
    ]
    return str(scope.one(forms))
