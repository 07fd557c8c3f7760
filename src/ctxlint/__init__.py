"""ctxlint finds and repairs generated session IDs in chat back ends."""

__version__ = "0.1.0"
