"""CTX301: the deprecated twin of a session getter is imported, and nothing uses it."""
