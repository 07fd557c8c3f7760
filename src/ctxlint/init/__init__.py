"""`ctxlint init`: the session getters of a code base, and what None means to them."""
