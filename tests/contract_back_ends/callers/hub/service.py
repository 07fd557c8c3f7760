from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol


@dataclass
class Options:
    session: str | None = None
    trace: str | None = None


class Asks(Protocol):
    async def ask(self, text, options): ...


class Service:
    async def ask(self, text, options):
        return text


@asynccontextmanager
async def connect(*, options):
    yield Service()
