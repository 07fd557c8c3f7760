"""The rules, and the codes that users may name."""

from ctxlint.rules.base import Rule as Rule
from ctxlint.rules.dead_context_import import DeadContextImport
from ctxlint.rules.generated_session_id import GeneratedSessionId
from ctxlint.rules.mock_request_in_websocket import MockRequestInWebsocket

RULES: tuple[Rule, ...] = (GeneratedSessionId(), MockRequestInWebsocket(), DeadContextImport())
CODES = ("CTX001", "CTX101", "CTX201", "CTX301")  # as documented, whether they find much yet or not
