"""CTX201: WebSocket code fakes an HTTP request."""
