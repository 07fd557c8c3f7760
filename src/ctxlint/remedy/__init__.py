"""The repair of generated session IDs: None, or the ID that was received, reaches the getter."""

from ctxlint.remedy.plan import Plan, Unfixable
from ctxlint.remedy.repair import Repair

__all__ = ["Plan", "Repair", "Unfixable"]
