"""Findings once they are found: noqa comments and fingerprints."""
