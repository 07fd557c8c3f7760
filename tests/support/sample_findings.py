"""Hand-made findings, and a file that has one, for the tests of everything around the rules."""

from __future__ import annotations

from typing import Any

from ctxlint.finding import (
    Applicability,
    Edit,
    Finding,
    Fix,
    Level,
    Position,
    Span,
    Step,
    StepKind,
)

BAD = (
    "from app.session import get_user_execution_context\n"
    "from shared.ids import UnifiedIdGenerator\n"
    "\n"
    "\n"
    "def handle(user_id):\n"
    "    return get_user_execution_context(\n"
    '        user_id, thread_id=UnifiedIdGenerator.generate_base_id("t")\n'
    "    )\n"
)
FIXED = (
    "from app.session import get_user_execution_context\n"
    "\n"
    "\n"
    "def handle(user_id):\n"
    "    return get_user_execution_context(\n"
    "        user_id, thread_id=None\n"
    "    )\n"
)
# Where the other files of the project are not looked at, the import stays: they may use it.
FIXED_ALONE = FIXED.replace("\n\n", "\nfrom shared.ids import UnifiedIdGenerator\n\n", 1)
SAFE = Fix(Applicability.SAFE, "pass None", ())
UNSAFE = Fix(Applicability.UNSAFE, "pass None", ())


def span(row: int, column: int, end_column: int, end_row: int | None = None) -> Span:
    return Span(Position(row, column), Position(end_row or row, end_column))


def step(kind: StepKind, message: str, where: Span, filename: str = "a.py") -> Step:
    return Step(kind, message, filename, where)


def finding(filename: str = "a.py", where: Span | None = None, **fields: Any) -> Finding:
    values: dict[str, Any] = {
        "code": "CTX101",
        "name": "generated-session-id",
        "level": Level.ERROR,
        "message": "generated thread_id reaches get()",
        **fields,
    }
    return Finding(filename=filename, span=where or span(1, 1, 2), **values)


# What every output format must cope with: one of each kind of finding, and hostile text.
HOSTILE = (
    "100% ]]> <a&b> \"c\" 'd' x::y,z {0} [e](f)\r\n\x1b[31m\x00\ufffe \u2028 é 日本 \U0001f600"
)
ODD_PATH = "src/a dir/b#c%41,d:e ?;é.py"
LOST_PATH = "src/bad\udcff.py"  # as Python spells the byte 0xff of a name that is not UTF-8
SOURCES = {
    "app/a.py": [
        "def handle(user_id):\n",
        "    thread_id = make()\n",
        "    return get(\n",
        "        user_id, thread_id\n",
        "    )\n",
    ],
    "app/b.py": ["def make():\n", "    return uuid4()\n"],
}
TRACED = finding(
    "app/a.py",
    span(2, 17, 23),
    function="Handler.handle",
    ids=("thread_id",),
    trace=(
        Step(StepKind.SOURCE, "an ID is generated here", "app/b.py", span(2, 12, 19), depth=1),
        Step(StepKind.STEP, "stored in thread_id", "app/a.py", span(2, 5, 14)),
        Step(StepKind.SINK, "passed to get()", "app/a.py", span(3, 12, 6, 5)),
    ),
    fix=Fix(
        Applicability.SAFE,
        "pass None",
        (
            Edit(Position(2, 1), Position(3, 1), ""),
            Edit(Position(4, 18), Position(4, 27), "None"),
        ),
    ),
)
OVER_ROWS = finding(
    "app/a.py",
    span(3, 12, 6, 5),
    level=Level.WARNING,
    function="Handler.handle",
    fix=Fix(
        Applicability.UNSAFE,
        "insert a line",
        (Edit(Position(3, 1), Position(3, 1), "    # é\n"),),
    ),
)
ODD = finding(
    ODD_PATH,
    code="CTX301",
    name="dead-context-import",
    level=Level.NOTE,
    message=HOSTILE,
    unfixed_reason="it may be a probe",
)
LOST = finding(LOST_PATH, span(1, 1, 1))
KNOWN = finding("app/a.py", span(4, 9, 16), message="this one is known")
SUPPRESSED = finding("app/b.py", span(1, 5, 9), message="this one is suppressed")
OPEN = (TRACED, OVER_ROWS, ODD, LOST)
ERRORS = (
    f"{ODD_PATH}:3:4: syntax error: invalid syntax, fix it and check again",
    f"{LOST_PATH}: permission denied, change its mode or exclude it",
    "an error without a place",
)
