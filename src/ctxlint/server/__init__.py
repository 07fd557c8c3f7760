"""The language server: diagnostics, actions and hovers in an editor."""
