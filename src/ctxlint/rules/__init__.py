"""The rules, and the codes that users may name."""

from ctxlint.rules.base import Rule
from ctxlint.rules.generated_session_id import GeneratedSessionId

RULES: tuple[Rule, ...] = (GeneratedSessionId(),)
CODES: tuple[str, ...] = tuple(rule.code for rule in RULES)
