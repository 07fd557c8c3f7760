"""Guards of generated programs that reject what arrived: they ask for more than presence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grammar import KEYS, Scope, source
from layout import Block, Body, Clause, Line, Statement, block
from simple import dressed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_MISSING = ("not {0}", "{0} is None", '{0} == ""', '{0} in (None, "")')
_WORDS = (
    '{0} == "new"',
    '{0} in ("new", "none")',
    'str({0}).startswith("n")',
    'len({0} or "") < 8',
)
_LOOK_UPS = ("{0} not in KNOWN", "KNOWN.get({0}) != user_id", "not KNOWN.get({0})")
_CALLS = (
    "not is_known({0})",
    "not isinstance({0}, str)",
    'not re.fullmatch("[a-z0-9-]{{9,}}", {0} or "")',
    "is_expired({0})",
)
_REJECTING = (*_LOOK_UPS, *_WORDS, *_CALLS)
_ACCEPTING = ("{0} in KNOWN", "KNOWN.get({0}) == user_id", "is_known({0})", '{0} != "new"')
_PARSERS = ("uuid.UUID({0})", "int({0}[:8], 16)", "is_known(uuid.UUID({0}))", "KNOWN[{0}]")
_ERRORS = "(LookupError, TypeError, ValueError)"
MEMBERS: dict[str, Statement] = {
    "KNOWN": Line(
        'KNOWN = {"aaaaaaaa-0000-4000-8000-00000000000a": "user-1",'
        ' "bbbbbbbb-0000-4000-8000-00000000000b": "user-1"}'
    ),
    "is_known": block("def is_known(value):", Line("return value in KNOWN")),
    "is_expired": block("def is_expired(value):", Line('return str(value).startswith("n")')),
}
_KNOWN = "def known(value):"
_KEEPING = (  # bodies of a helper that returns an ID only if it is known
    (Line("return value if value in KNOWN else None"),),
    (Line("return value in KNOWN and value or None"),),
    (Line("return value and KNOWN.get(value) and value"),),
    (Line("return next(filter(KNOWN.__contains__, [value]), None)"),),
    (Line("return next((given for given in [value] if given in KNOWN), None)"),),
    (Line("return {given: given for given in KNOWN}.get(value)"),),
    (
        Line("found = [given for given in [value] if given in KNOWN]"),
        Line("return found[0] if found else None"),
    ),
    (block("for given in KNOWN:", block("if given == value:", Line("return value"))),),
    (block("if value not in KNOWN:", Line("return None")), Line("return value")),
    (block("match value:", block("case str() if value in KNOWN:", Line("return value"))),),
    (
        Block(
            (
                Clause("try:", (Line("KNOWN[value]"),)),
                Clause("except KeyError:", (Line("return None"),)),
            )
        ),
        Line("return value"),
    ),
)


def guards(scope: Scope) -> tuple[list[Statement], list[Statement]]:
    """What rejecting guards need at module level, and what a handler does with its IDs."""
    first: list[Statement] = []
    for key in KEYS:
        if key not in scope.known("id"):
            first.append(Line(f'{scope.bind("id", key)} = payload.get("{key}")'))
    outside: list[Statement] = []
    form = scope.one((*_ONE, *_TWO))
    if form in _TWO:
        made = form(scope, outside)
    else:
        made = [inner for key in scope.one((KEYS, KEYS[:1])) for inner in form(scope, key, outside)]
    return outside, dressed_list(scope, [*first, *made])


def dressed_list(scope: Scope, statements: Sequence[Statement]) -> list[Statement]:
    return list(dressed(scope, list(statements)))


def rejecting(scope: Scope, name: str) -> str:
    """A test that is true where an ID is not good enough."""
    return str(scope.one(_REJECTING)).format(name)


def _accepting(scope: Scope, name: str) -> str:
    return str(scope.one(_ACCEPTING)).format(name)


def _mixed(scope: Scope, name: str) -> str:
    """A test for presence, and for more."""
    missing, test = str(scope.one(_MISSING)).format(name), rejecting(scope, name)
    forms = ("{0} or {1}", "{1}", "{1} or {0}", "{0} or flag or {1}", "not ({2} and not ({1}))")
    return str(scope.one(forms)).format(missing, test, name)


def _clear(scope: Scope, name: str, outside: list[Statement]) -> Statement:
    """A statement that makes an ID None where it is not good enough."""
    if scope.chance(2):
        return block(f"if {rejecting(scope, name)}:", Line(f"{name} = None"))
    return Line(f"{name} = {_known(scope, name, outside)}")


def _known(scope: Scope, name: str, outside: list[Statement]) -> str:
    """A call of a helper that returns an ID only if it is known."""
    headers = [made.clauses[0].header for made in outside if isinstance(made, Block)]
    if _KNOWN not in headers:
        outside.append(block(_KNOWN, *scope.one(_KEEPING)))
    return f"known({name})"


def _new(scope: Scope, *names: str) -> Body:
    lines = [Line(f"{name} = {source(scope)}") for name in names]
    return (Line('log.append("new")'), *lines) if scope.chance(6) else tuple(lines)


# Guards of one ID.


def _if(scope: Scope, name: str, _: list[Statement]) -> list[Statement]:
    return [block(f"if {_mixed(scope, name)}:", *_new(scope, name))]


def _else(scope: Scope, name: str, _: list[Statement]) -> list[Statement]:
    kept: Body = (Line(scope.one(('log.append("known")', "pass"))),)
    clauses = (Clause(f"if {_accepting(scope, name)}:", kept), Clause("else:", _new(scope, name)))
    return [Block(clauses)]


def _ternary(scope: Scope, name: str, _: list[Statement]) -> list[Statement]:
    made = source(scope)
    forms = (
        f"{made} if {_mixed(scope, name)} else {name}",
        f"{name} if {name} and {_accepting(scope, name)} else {made}",
    )
    return [Line(f"{name} = {scope.one(forms)}")]


def _or(scope: Scope, name: str, outside: list[Statement]) -> list[Statement]:
    made, accepted = source(scope), _accepting(scope, name)
    forms = (f"({name} if {accepted} else None)", f"({accepted} and {name})")
    first = scope.one(forms) if scope.chance(2) else _known(scope, name, outside)
    return [Line(f"{name} = {first} or {made}")]


def _walrus(scope: Scope, name: str, _: list[Statement]) -> list[Statement]:
    test = rejecting(scope, name)
    return [block(f"if not ({name} := {name}) or {test}:", *_new(scope, name))]


def _while(scope: Scope, name: str, _: list[Statement]) -> list[Statement]:
    test = str(scope.one(_WORDS[:3])).format(name)
    return [block(f"while {scope.one((f'not {name} or ', ''))}{test}:", *_new(scope, name))]


def _helper(scope: Scope, name: str, outside: list[Statement]) -> list[Statement]:
    """A helper that returns early."""
    made = Line(f"return {source(scope)}")
    forms: tuple[Body, ...] = (
        (
            block(f"if {_mixed(scope, 'value').replace('flag or ', '')}:", made),
            Line("return value"),
        ),
        (block(f"if {_accepting(scope, 'value')}:", Line("return value")), made),
    )
    header = f"def pick_{name}(value, user_id=None):"
    outside.append(block(header, *scope.one(forms)))
    return [Line(f"{name} = pick_{name}({name}, user_id)")]


def _early(scope: Scope, name: str, _: list[Statement]) -> list[Statement]:
    other = next(key for key in KEYS if key != name)
    call = f"return {scope.getter}(user_id, {name}={name}, {other}={other})"
    return [block(f"if {_accepting(scope, name)}:", Line(call)), *_new(scope, name)]


def _parse(scope: Scope, name: str, _: list[Statement]) -> list[Statement]:
    parse = str(scope.one(_PARSERS)).format(name)
    first = Line(parse if "is_" in parse or scope.chance(2) else f"parsed = {parse}")
    if parse.startswith("uuid") and scope.chance(3):
        first = Line(f"{name} = str({parse})")
    return [Block((Clause("try:", (first,)), Clause(f"except {_ERRORS}:", _new(scope, name))))]


def _match(scope: Scope, name: str, _: list[Statement]) -> list[Statement]:
    new = _new(scope, name)
    nothing = block("case _:", Line("pass"))
    cases: tuple[Body, ...] = (
        (block('case None | "" | "new":', *new), nothing),
        (block('case "new":', *new),),
        (block(f"case str() if {_accepting(scope, name)}:", Line("pass")), block("case _:", *new)),
        (block(f"case str() as given if {rejecting(scope, 'given')}:", *new), nothing),
    )
    return [block(f"match {name}:", *scope.one(cases))]


def _flag(scope: Scope, name: str, _: list[Statement]) -> list[Statement]:
    flag = Line(f"is_bad = {_mixed(scope, name)}")
    test = scope.one(("is_bad", f"not {name} or is_bad", f"is_bad or {name} is None"))
    return [flag, block(f"if {test}:", *_new(scope, name))]


def _cleared(scope: Scope, name: str, outside: list[Statement]) -> list[Statement]:
    """The guard clears the ID, and what is missing is made afterwards."""
    clear = _clear(scope, name, outside)
    made = source(scope)
    after: Statement = Line(f"{name} = {name} or {made}")
    if scope.chance(2):
        after = block(f"if not {name}:", *_new(scope, name))
    return [clear, after]


# Guards of both.


def _pair(scope: Scope, _: list[Statement]) -> list[Statement]:
    test = rejecting(scope, scope.one(KEYS))
    forms = ("not thread_id or not run_id or {}", "{}", "not (thread_id and run_id) or {}")
    return [block(f"if {scope.one(forms).format(test)}:", *_new(scope, *KEYS))]


def _nested(scope: Scope, _: list[Statement]) -> list[Statement]:
    test = rejecting(scope, scope.one(KEYS))
    both = "not thread_id or not run_id"
    tests = scope.one(((test, both), (both, test)))
    return [block(f"if {tests[0]}:", block(f"if {tests[1]}:", *_new(scope, *KEYS)))]


def _renewed(scope: Scope, _: list[Statement]) -> list[Statement]:
    """An ID that is there is generated again."""
    forms = (
        "thread_id",
        "run_id",
        "thread_id or run_id",
        "run_id is not None",
        "not (not thread_id)",
    )
    inner = block(f"if {scope.one(forms)}:", *_new(scope, *scope.one((KEYS, KEYS[:1]))))
    return [block("if flag:", inner)] if scope.chance(2) else [inner]


def _cleared_twin(scope: Scope, outside: list[Statement]) -> list[Statement]:
    clear = _clear(scope, scope.one(KEYS), outside)
    return [clear, block("if not thread_id or not run_id:", *_new(scope, *KEYS))]


_ONE: tuple[Callable[[Scope, str, list[Statement]], list[Statement]], ...] = (
    *(_if, _if, _else, _ternary, _or, _walrus, _while, _helper, _helper, _early, _parse, _match),
    *(_flag, _cleared),
)
_TWO: tuple[Callable[[Scope, list[Statement]], list[Statement]], ...] = (
    *(_pair, _pair, _nested, _nested, _cleared_twin, _renewed),
)
