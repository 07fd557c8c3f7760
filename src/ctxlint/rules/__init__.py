"""The rules, and the codes that users may name."""

from ctxlint.rule import Detector as Detector
from ctxlint.rule import Rule as Rule
from ctxlint.rules.dead_context_import import DeadContextImport
from ctxlint.rules.generated_session_id import GeneratedSessionId
from ctxlint.rules.mock_request_in_websocket import MockRequestInWebsocket
from ctxlint.rules.unused_suppression import UnusedSuppression

FLOW_RULE = GeneratedSessionId()  # what it finds may begin in another file
MOCK_REQUEST = MockRequestInWebsocket()
DEAD_IMPORT = DeadContextImport()
DETECTORS: tuple[Detector, ...] = (FLOW_RULE, MOCK_REQUEST, DEAD_IMPORT)
# Judges the noqa comments by what the others find; its fixes come last.
UNUSED_SUPPRESSION = UnusedSuppression([detector.code for detector in DETECTORS])
RULES: tuple[Rule, ...] = (*DETECTORS, UNUSED_SUPPRESSION)
CODES = tuple(sorted(rule.code for rule in RULES))
