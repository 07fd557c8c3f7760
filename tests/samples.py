"""Hand-made findings, and a file that has one, for the tests of everything around the rules."""

from __future__ import annotations

from typing import Any

from ctxlint.finding import Applicability, Finding, Fix, Level, Position, Span, Step, StepKind

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
