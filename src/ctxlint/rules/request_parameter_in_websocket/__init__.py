"""CTX202: a WebSocket route asks for an HTTP request."""
