"""Knowledge of a code base and of libraries: data."""

# The frameworks whose getters are in presets/, a file each.
PRESETS = ("agno", "google-adk", "langgraph", "llama-index", "mem0", "openai-agents")
