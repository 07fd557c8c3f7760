"""The one place where IDs come from."""
