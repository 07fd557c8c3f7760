"""Random programs: what runs show agrees with the findings, and fixes change what they should."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from programs import Program
from properties import FALSE, PROPERTIES, Tally, problems_of, tried
from running import runs, usual_inputs
from themes import THEMES

RECORDS = {
    "dataclass": r"@dataclass",
    "attrs": r"@attrs.define",
    "pydantic": r"\(BaseModel\)",
    "named tuple": r"\(NamedTuple\)",
    "typed dict": r"\(TypedDict",
    "namespace": r"SimpleNamespace\(",
    "plain record": r"def __init__\(self, thread_id=None, run_id=None\)",
}
KINDS = {
    "class": r"class Handler",
    "async": r"async def",
    "match": r"match .*:",
    "try": r"try:",
    "loop": r"(while|for) .*:",
    "walrus": r":=",
    "pair guard": r"if not thread_id or not run_id",
    "early return": r'return "early"',
    "mapping": r"\*\*(ids|extra)",
    "sequence": r"\*(pair|\()",
    "lambda": r"lambda",
    "helper": r"def make_\d",
    "wrapper": r"def open_\d",
    "other consumer": r"create_user_execution_context\(",
    "read": r"(log\.append|db\.save)\(",
    "ambient": r"_current_",
    "comment": r"# note",
    "comment inside": r",  # note \d+\r?\n\)",
    "semicolon": r"; ",
    "backslash": r"\\\r?\n",
    "one line": r"if .*: \w+ = ",
    "CRLF": r"\r\n",
    "tab": r"\n\t",
    "owner check": r"KNOWN\.get\(.*\) [!=]= user_id",
    "flag": r"is_bad = ",
    "rejecting helper": r"def pick_",
    "rejecting look-up": r"if .* not in KNOWN",
    "parsing": r"except \(LookupError",
    "rejecting case": r'case .*"new"',
    **RECORDS,
    "unpacked": r"\(\*\*payload\)",
    "filled": r"(update|fill|load\w*)\((ids, )?.*payload\)",
    "other file": r"from app(\.handlers)? import|import app.handlers",
    "subclass": r"class Special\(Handler\)",
    "class attribute": r"class Handler:\s+(thread|run)_id = ",
    "validator": r"@(model|field)_validator",
    "factory of attrs": r"@\w+_id.default",
    "hook of a model": r"def model_post_init",
    "context variable": r"CURRENT.get\(",
    "mapped": r"map\(",
    "filtered": r"next\(filter\(None",
    "coalesced": r"coalesce\(.*, ",
    "property": r"@current.setter",
    "attribute by name": r"(setattr\(ids, \"|vars\(ids\)\[\"|ids.__dict__\[\")",
    "attributes of a display": r"SimpleNamespace\(\*\*\{",
    "default mapping": r"defaultdict\(lambda",
    "chained mapping": r"ChainMap\(",
    "number": r"\bint\(|\.int\b",
    "joined": r"\"-\"\.join\(",
    "UUID of a token": r"UUID\((bytes|hex)=",
    "digest": r"hexdigest\(",
    "object that is handed over": r"Box|\(Protocol\)",
    "constant argument": r"generate=False\)",
    "route": r"@(app|router).post\(",
    "dependency": r" = Depends\(",
    "dependency in Annotated": r"Annotated\[.*, Depends\(",
    "dependency of a dependency": r"def outer\(",
    "class as a dependency": r"Depends\((Ids)?\)",
    "object as a dependency": r"Depends\(\w+\(\)\)",
    "factory of an input": r"(Query|Header|Cookie|Body)\(default_factory",
    "body": r"message: Message",
    "middleware": r"@app.middleware",
    "class of middleware": r"\(BaseHTTPMiddleware\)",
    "kept": r"STORE\[user_id\] = ",
    "of one conversation": r"for member in \(.*\):\r?\n\s+context",
    "own": r"context\.(thread|run)_id or ",
    "stored by a helper": r"    (remember|Shelf\(\)\.put)\(user_id, ",
    "found by a helper": r"looked_up\(user_id\)",
    "registered": r"@bus\.(on\(|plain)",
    "filled in by a decorator": r"@with_id",
    "passed on by a decorator": r"@functools\.wraps",
    "loop over a mapping": r"for name, item in ids\.items\(\)",
    "mapping in order": r"list\(ids\.items\(\)\)",
    "fields of a tuple": r"Ids\(.*\)\._(replace|asdict)\(",
    "flag of itself": r"is_new = is_new or not value",
    "object of itself": r"current = current or None",
    "class of texts": r"class Marked\(str\)",
    "effect": r"audit\(",
    "effect of a block": r"with Timer\(\)",
    "effect of a property": r"Lazy\(\)\.thread_id",
    "path in a display": r'\{"configurable": \{.*"thread_id"',
    "path in dict()": r"dict\(.*configurable=dict\(",
    "path in a merge": r'\*\*config, "configurable"',
    "path by an item store": r'\["configurable"\]\["thread_id"\] = ',
    "path in a record": r"Config\(configurable=Configurable\(",
    "path behind a helper": r"def (config_of|fresh_config)",
    "path of an object": r"class Agent:",
    "path through a wrapper": r"def send\(",
}
_PROGRAMS = {"findings": 150, "safe fix": 120, "unsafe fix": 120, "a fix is done": 100}


@pytest.mark.parametrize("name", PROPERTIES)
def test_it_holds_for_random_programs(name: str) -> None:
    tally = Tally()

    def judge(program: Program) -> None:
        assert problems_of(name, program, tally) == []

    tried(_PROGRAMS[name], judge)
    print(tally)
    assert tally.false <= FALSE * tally.findings


def test_every_program_runs_and_most_call_the_getter() -> None:
    calling: Counter[bool] = Counter()

    def judge(program: Program) -> None:
        performed = runs(program.text, usual_inputs(program.text), program.files)
        assert {run.error for run in performed} == {None}
        calling[any(run.calls for run in performed)] += 1

    tried(100, judge)
    assert calling[True] > 20 * calling[False]


def test_the_programs_are_of_many_kinds() -> None:
    """The grammar reaches what it is meant to reach: nothing holds for want of cases."""
    seen: Counter[str] = Counter()

    def judge(program: Program) -> None:
        text = "".join([program.text, *program.files.values()])
        seen.update(kind for kind, shape in KINDS.items() if re.search(shape, text))

    for theme in sorted({*THEMES}):
        tried(2000 if theme == "shapes" else 400, judge, [theme])
    assert set(seen) == set(KINDS)
