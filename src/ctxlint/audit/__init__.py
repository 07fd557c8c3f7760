"""`ctxlint audit`: the state of a code base as a report, and what became of it since another."""
