"""The rules, and the codes that users may name."""

import os

from ctxlint.rules.base import Detector, Rule
from ctxlint.rules.dead_context_import.rule import DeadContextImport
from ctxlint.rules.generated_session_id.rule import GeneratedSessionId
from ctxlint.rules.mock_request_in_websocket.rule import MockRequestInWebsocket
from ctxlint.rules.request_parameter_in_websocket.rule import RequestParameterInWebsocket
from ctxlint.rules.unused_suppression.rule import UnusedSuppression

FLOW_RULE = GeneratedSessionId()  # what it finds may begin in another file
MOCK_REQUEST = MockRequestInWebsocket()
REQUEST_PARAMETER = RequestParameterInWebsocket()
DEAD_IMPORT = DeadContextImport()
DETECTORS: tuple[Detector, ...] = (FLOW_RULE, MOCK_REQUEST, REQUEST_PARAMETER, DEAD_IMPORT)
# Judges the noqa comments by what the others find; its fixes come last.
UNUSED_SUPPRESSION = UnusedSuppression([detector.code for detector in DETECTORS])
RULES: tuple[Rule, ...] = (*DETECTORS, UNUSED_SUPPRESSION)
CODES = tuple(sorted(rule.code for rule in RULES))


def code_of(word: str) -> str:
    """The code that a word means: the name of a rule, ALL, or a code in any case; else the word."""
    beginning = word.upper()
    if beginning == "ALL":
        return os.path.commonprefix(CODES)  # noqa: RUF071 - its characters are meant
    named = {rule.name: rule.code for rule in RULES}
    is_code = any(code.startswith(beginning) for code in CODES)
    return named.get(word.lower(), beginning if is_code else word)
