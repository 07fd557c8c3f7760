"""CTX001: a noqa comment names a code of ctxlint that suppresses nothing there."""
