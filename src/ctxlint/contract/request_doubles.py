"""Knowledge of objects that stand in for an HTTP request."""

from __future__ import annotations

from typing import NamedTuple

_MOCKS = ("Mock", "MagicMock", "AsyncMock", "create_autospec")


class RequestDoubles(NamedTuple):
    """The types that WebSocket code meets, and what it fakes a request with."""

    requests: tuple[str, ...] = (
        "fastapi.Request",
        "fastapi.requests.Request",
        "starlette.requests.Request",
    )
    websockets: tuple[str, ...] = (
        "fastapi.WebSocket",
        "fastapi.websockets.WebSocket",
        "starlette.websockets.WebSocket",
    )
    # Classes whose methods handle a WebSocket, and the methods whose decorator says so.
    endpoints: tuple[str, ...] = ("starlette.endpoints.WebSocketEndpoint",)
    hooks: tuple[str, ...] = ("on_connect", "on_disconnect", "on_receive")
    routes: tuple[str, ...] = ("websocket", "websocket_route")
    # Calls that make a double of the class given first or as one of `specs`.
    mocks: tuple[str, ...] = (
        *map("unittest.mock.{}".format, _MOCKS),
        *map("mock.{}".format, _MOCKS),
    )
    specs: tuple[str, ...] = ("spec", "spec_set")
    # Calls that make an object of any attributes: a fake request where `parameter` gets it.
    namespaces: tuple[str, ...] = ("types.SimpleNamespace",)
    parameter: str = "request"
    # What WebSocket code, or its path, has one of.
    websocket_words: tuple[str, ...] = ("websocket", "WebSocket")
    # What an annotation may wrap a type in.
    unions: tuple[str, ...] = ("typing.Optional", "typing.Union")
    annotated: tuple[str, ...] = ("typing.Annotated", "typing_extensions.Annotated")

    @property
    def paths(self) -> tuple[str, ...]:
        """The types that every fake needs one of."""
        return self.requests + self.namespaces

    @property
    def words(self) -> tuple[str, ...]:
        """The last words of their names: a file without one has no fake."""
        return tuple(dict.fromkeys(path.rpartition(".")[2] for path in self.paths))

    @property
    def origins(self) -> tuple[str, ...]:
        """The packages that requests come from, or other fakes: a file without one has no fake."""
        packages = (path.partition(".")[0] for path in self.requests)
        others = (path.rpartition(".")[2] for path in self.namespaces)
        return tuple(dict.fromkeys((*packages, *others)))


REQUEST_DOUBLES = RequestDoubles()
