"""A small chat back end with quality monitoring."""
