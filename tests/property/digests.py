"""Stand-ins for what makes numbers, digests and UUIDs of an ID: they keep its mark."""

from __future__ import annotations

import base64
import hashlib
import uuid
from types import ModuleType
from typing import TYPE_CHECKING, Any

from support.fixture_files import GeneratedUUID, sources

if TYPE_CHECKING:
    from collections.abc import Callable


def keeping_modules(uuids: ModuleType | None) -> dict[str, ModuleType]:
    """Modules by their names: `hashlib`, `base64`, and the fake `uuid` with a `UUID` of its own."""
    digests, texts = ModuleType("hashlib"), ModuleType("base64")
    digests.__dict__.update({name: _digest(name) for name in ("md5", "sha1", "sha256")})
    digests.__dict__["new"] = lambda name, data=b"": _Digest(name, data)
    for name in ("b64encode", "urlsafe_b64encode"):
        texts.__dict__[name] = _encoder(getattr(base64, name))
    if uuids:
        uuids.__dict__["UUID"] = _UUID
    return {"hashlib": digests, "base64": texts}


def number(value: Any = 0, *base: int) -> Any:
    """`int`, but for what is generated, which becomes its mark."""
    return _mark(value) or int(value, *base)


class _UUID(uuid.UUID):
    """A UUID, of what is generated a generated one."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        marks = "".join(map(_mark, (*args, *kwargs.values())))
        return GeneratedUUID(marks[0]) if marks else super().__new__(cls)


class _Digest:
    def __init__(self, name: str, data: Any = b"") -> None:
        self.digest = hashlib.new(name)
        self.marks = ""
        self.update(data)

    def update(self, data: Any) -> None:
        self.marks += _mark(data)
        if not self.marks:
            self.digest.update(data)

    def hexdigest(self) -> str:
        return self.marks[:1] * 32 or self.digest.hexdigest()


def _digest(name: str) -> Callable[..., _Digest]:
    return lambda data=b"": _Digest(name, data)


def _encoder(real: Callable[[bytes], bytes]) -> Callable[[Any], bytes]:
    return lambda data: _mark(data).encode() or real(data)


def _mark(value: Any) -> str:
    """The marks of the sources of a value, nothing if it has none."""
    text = value.decode(errors="ignore") if isinstance(value, bytes) else str(value)
    return "".join(char for char in text if sources(char))
