"""The rules, and the codes that users may name."""

from ctxlint.rules.base import Rule as Rule
from ctxlint.rules.generated_session_id import GeneratedSessionId

RULES: tuple[Rule, ...] = (GeneratedSessionId(),)
CODES = ("CTX001", "CTX101", "CTX201", "CTX301")  # as documented, whether they find much yet or not
