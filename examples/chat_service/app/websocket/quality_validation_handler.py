"""Quality validation: scores a text that a user sends, before it is used.

    {"type": "quality_validation", "payload": {"text": "...", "strict": true}}

The answer says whether the text passed, what is wrong with it, and what the user can do about it.
A strict validation does not let a text pass that has any issue, however good its score is; without
`strict` the score alone decides.
"""

from __future__ import annotations

import logging

from app.dependencies import get_user_execution_context
from app.quality_service import QualityScore, QualityService
from app.websocket.base_handler import BaseMessageHandler, Payload
from app.websocket.connection_manager import ConnectionManager

logger = logging.getLogger(__name__)

MAX_CHARACTERS = 20_000

ADVICE = {
    "too short to be helpful": "Add a reason or an example.",
    "repeats itself": "Say each thing once.",
}


class QualityValidationHandler(BaseMessageHandler):
    """Validates texts and sends the verdict to the user who asked."""

    def __init__(self, connections: ConnectionManager, quality: QualityService) -> None:
        """Keep what the handler works with.

        Args:
            connections: the open sockets, for the verdicts.
            quality: scores the texts.
        """
        self._connections = connections
        self._quality = quality

    async def handle(self, user_id: str, payload: Payload) -> None:
        """Validate the text of the payload."""
        try:
            text = self._text_of(payload)
            score = self._quality.score(user_id, text)
            logger.debug("%s has a text of score %.2f", user_id, score.score)
            strict = bool(payload.get("strict", False))
            await self._send_validation_result(user_id, score, strict)
        except ValueError as error:
            await self._handle_validation_error(user_id, error)

    def _text_of(self, payload: Payload) -> str:
        """The text that is to be validated.

        Raises:
            ValueError: there is no text, or too much of it.
        """
        text = payload.get("text")
        if not isinstance(text, str):
            raise ValueError("the message has no text")
        if len(text) > MAX_CHARACTERS:
            raise ValueError(f"the text has more than {MAX_CHARACTERS} characters")
        return text

    @staticmethod
    def _verdict(score: QualityScore, strict: bool) -> str:
        """In one word: passed, or failed."""
        passed = score.passed and not (strict and score.issues)
        return "passed" if passed else "failed"

    @staticmethod
    def _advice(score: QualityScore) -> list[str]:
        """What the user can do about the issues.

        Not every issue has an advice; one that has none is left out.
        """
        return [ADVICE[issue] for issue in score.issues if issue in ADVICE]

    async def _send_validation_result(
        self, user_id: str, score: QualityScore, strict: bool
    ) -> None:
        """Send the verdict to the user.

        Args:
            user_id: who asked for it.
            score: what the quality service says of the text.
            strict: whether any issue fails the text.
        """
        verdict = self._verdict(score, strict)
        thread_id = getattr(self, "_current_thread_id", None)
        run_id = getattr(self, "_current_run_id", None)
        # Generate IDs if the message brought none
        if not thread_id or not run_id:
            from shared.id_generation.unified_id_generator import UnifiedIdGenerator
            thread_id = UnifiedIdGenerator.generate_base_id("validation_thread")
            run_id = UnifiedIdGenerator.generate_base_id("validation_run")
        user_context = get_user_execution_context(
            user_id=user_id,
            thread_id=thread_id,
            run_id=run_id,
        )
        message = {
            "type": "quality_validation",
            "verdict": verdict,
            "score": score.score,
            "issues": list(score.issues),
            "advice": self._advice(score),
        }
        await self._connections.send_to_user(user_context, message)

    async def _handle_validation_error(self, user_id: str, error: Exception) -> None:
        """Tell the user why the text was not validated."""
        logger.error("Quality validation for %s failed: %s", user_id, error)
        try:
            # The IDs of the message at hand
            thread_id = getattr(self, "_current_thread_id", None)
            run_id = getattr(self, "_current_run_id", None)

            if not thread_id or not run_id:
                from shared.id_generation.unified_id_generator import UnifiedIdGenerator

                thread_id = UnifiedIdGenerator.generate_base_id("validation_error_thread")
                run_id = UnifiedIdGenerator.generate_base_id("validation_error_run")

            context = get_user_execution_context(
                user_id=user_id,
                thread_id=thread_id,
                run_id=run_id
            )
            await self._connections.send_to_user(
                context, {"type": "quality_validation_error", "error": str(error)}
            )
        except ConnectionError:
            logger.warning("%s is gone; the error was not delivered", user_id)
