"""What becomes of a finding after it is found: noqa comments and fingerprints."""
