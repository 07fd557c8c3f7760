"""The process of the client, which the server does not outlive."""

from __future__ import annotations

import asyncio
import os

_CHECKED_EVERY = 5.0  # seconds between two looks at whether it still runs


async def watch(process: int) -> None:
    """End with the process of the client, whoever else may hold the pipe open."""
    while os.name == "posix":
        await asyncio.sleep(_CHECKED_EVERY)
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            os._exit(1)
        except PermissionError:
            return
