"""The repair of generated session IDs: None, or the ID that was received, reaches the getter."""

from ctxlint.remedy.parentheses import Concrete
from ctxlint.remedy.plan import Plan, Unfixable
from ctxlint.remedy.repair import Repair
from ctxlint.remedy.writer import edits_of

__all__ = ["Concrete", "Plan", "Repair", "Unfixable", "edits_of"]
