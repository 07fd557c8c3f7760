"""How a call is matched to what the contract names; the check of the contract against the code."""
