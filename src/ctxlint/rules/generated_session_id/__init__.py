"""CTX101: a generated thread or run ID reaches a session getter."""
