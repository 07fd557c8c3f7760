"""Scores answers for quality and knows who wants to hear about it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from statistics import fmean

SEVERITIES = ("info", "warning", "critical")


@dataclass(frozen=True)
class QualityScore:
    """How good one text is, from 0 to 1, and what is wrong with it."""

    score: float
    issues: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return self.score >= 0.5


@dataclass
class QualityService:
    """Quality scores by user, and the subscribers of quality alerts by severity."""

    scores: defaultdict[str, list[QualityScore]] = field(default_factory=lambda: defaultdict(list))
    subscribers: dict[str, str] = field(default_factory=dict)

    def subscribe(self, user_id: str, severity: str) -> None:
        """Send the user alerts of this severity and above; ValueError if there is none such."""
        if severity not in SEVERITIES:
            raise ValueError(f"unknown severity {severity!r}")
        self.subscribers[user_id] = severity

    def unsubscribe(self, user_id: str) -> None:
        """Send the user no more alerts; LookupError if there was no subscription."""
        if user_id not in self.subscribers:
            raise LookupError("there is no subscription")
        del self.subscribers[user_id]

    def wants(self, user_id: str, severity: str) -> bool:
        """Whether the user subscribed to alerts of this severity."""
        threshold = self.subscribers.get(user_id)
        return threshold is not None and SEVERITIES.index(severity) >= SEVERITIES.index(threshold)

    def score(self, user_id: str, text: str) -> QualityScore:
        """Score a text and keep the score; ValueError for an empty text."""
        if not text.strip():
            raise ValueError("nothing to validate")
        words = text.split()
        issues = []
        if len(words) < 5:
            issues.append("too short to be helpful")
        if len(set(words)) * 2 < len(words):
            issues.append("repeats itself")
        result = QualityScore(score=1 - 0.4 * len(issues), issues=tuple(issues))
        self.scores[user_id].append(result)
        return result

    def summary(self, user_id: str) -> dict[str, float]:
        """Count, mean and worst of the user's scores."""
        scores = [score.score for score in self.scores[user_id]]
        return {
            "count": len(scores),
            "mean": fmean(scores) if scores else 0.0,
            "worst": min(scores, default=0.0),
        }
