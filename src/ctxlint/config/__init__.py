"""Settings: where they come from, what they may hold, what one run was asked to do."""

from ctxlint.config.settings import ConfigError, Keep, Settings

__all__ = ["ConfigError", "Keep", "Settings"]
