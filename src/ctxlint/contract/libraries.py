"""Knowledge of libraries: the calls that a value passes through, and what frameworks do.

Data, the same for every project: no field of a contract, so that making one costs nothing.
"""

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


class Libraries:
    """The names of library calls, types and methods, by what they do with a value."""

    # What some sources make.
    source_types: tuple[tuple[str, str], ...] = (
        ("uuid.uuid*", "uuid.UUID"),
        ("secrets.token_bytes", "bytes"),
        ("secrets.token_hex", "str"),
        ("secrets.token_urlsafe", "str"),
    )
    # Calls that hand their further arguments to the function given first, and return its result.
    appliers: tuple[str, ...] = (
        "anyio.to_thread.run_sync",
        "asyncio.to_thread",
        "run_in_threadpool",
    )
    # Methods that do so, or that do it with the function given second.
    submitters: tuple[str, ...] = (
        *("add_task", "call_soon", "call_soon_threadsafe", "enqueue", "start_soon", "submit"),
    )
    executors: tuple[str, ...] = ("call_later", "run_in_executor")
    # Calls that are given a function as `target`, methods that are given one first or as `func`:
    # it is called later with a sequence and a mapping.
    starters: tuple[str, ...] = ("multiprocessing.Process", "threading.Thread")
    schedulers: tuple[str, ...] = ("add_job", "enqueue_call")
    # Methods that call the function given first with items of the other arguments.
    mappers: tuple[str, ...] = ("imap", "imap_unordered", "map", "map_async")
    # Methods of a function that have it called elsewhere, in some task queue.
    task_methods: tuple[str, ...] = (
        *("apply_async", "defer", "delay", "kiq", "remote", "s", "send", "si", "submit"),
    )
    # Calls, and methods, that give what the coroutine, or context manager, given first gives.
    runners: tuple[str, ...] = (
        "asyncio.create_task",
        "asyncio.ensure_future",
        "asyncio.run",
        "asyncio.shield",
        "asyncio.wait_for",
    )
    run_methods: tuple[str, ...] = (
        "create_task",
        "enter_async_context",
        "enter_context",
        "run_until_complete",
    )
    # Calls that give what the coroutines given return, in order.
    gatherers: tuple[str, ...] = ("asyncio.gather",)
    # Calls that bind their further arguments to the function given first, to be called later.
    partials: tuple[str, ...] = ("functools.partial", "functools.partialmethod")
    # Context managers that may swallow what their body raises.
    suppressors: tuple[str, ...] = ("contextlib.suppress",)
    # Functions that return their second argument as it is.
    casts: tuple[str, ...] = ("typing.cast", "typing_extensions.cast")
    # Calls that make a type whose values are those of another.
    new_types: tuple[str, ...] = ("typing.NewType", "typing_extensions.NewType")
    # Decorators after which a call still calls the function, and what makes such a decorator.
    transparent: tuple[str, ...] = (
        "abc.abstractmethod",
        "asgiref.sync.async_to_sync",
        "asgiref.sync.sync_to_async",
        "cached_property",
        "classmethod",
        "functools.cache",
        "functools.cached_property",
        "functools.lru_cache",
        "property",
        "staticmethod",
        "typing.final",
        "typing.override",
        "typing_extensions.override",
    )
    # Decorators that call the function with what they get, but look at it or call it again.
    passing: tuple[str, ...] = (
        "backoff.on_exception",
        "backoff.on_predicate",
        "celery.shared_task",
        "dramatiq.actor",
        "prefect.flow",
        "prefect.task",
        "pydantic.validate_arguments",
        "pydantic.validate_call",
        "ray.remote",
        "tenacity.retry",
        "typeguard.typechecked",
    )
    # Calls that describe a field of a dataclass, and their keywords that make its default.
    fields: tuple[str, ...] = (
        "attr.attrib",
        "attr.field",
        "attr.ib",
        "attrs.field",
        "dataclasses.field",
        "pydantic.Field",
        "pydantic.PrivateAttr",
    )
    # Calls whose result, and all that its methods give, is a plain value: they have no effect.
    pure_calls: tuple[str, ...] = (
        "datetime.date.today",
        "datetime.datetime.now",
        "datetime.datetime.today",
        "datetime.datetime.utcnow",
        "time.monotonic",
        "time.perf_counter",
        "time.time",
        "time.time_ns",
    )
    # Bases whose classes validate what they are given.
    models: tuple[str, ...] = ("pydantic.BaseModel", "pydantic_settings.BaseSettings")
    # Decorators that make such a class, and bases that add nothing which runs.
    records: tuple[str, ...] = ("dataclasses.dataclass",)
    plain_bases: tuple[str, ...] = (
        "abc.ABC",
        "object",
        "types.SimpleNamespace",
        "typing.Generic",
        "typing.NamedTuple",
        "typing.Protocol",
        "typing.TypedDict",
        "typing_extensions.NamedTuple",
        "typing_extensions.Protocol",
        "typing_extensions.TypedDict",
    )
    # Bases whose classes are values too, such as `class ThreadId(str)`.
    plain_values: tuple[str, ...] = ("int", "str", "uuid.UUID")
    # Bases whose classes are dicts.
    typed_dicts: tuple[str, ...] = ("typing.TypedDict", "typing_extensions.TypedDict")
    factories: tuple[str, ...] = ("default_factory", "factory")
    # Calls that make a class of named fields, or its base; that change fields of a copy; that give
    # an object as a dict, or as a tuple.
    named_tuples: tuple[str, ...] = (
        "collections.namedtuple",
        "typing.NamedTuple",
        "typing_extensions.NamedTuple",
    )
    replacers: tuple[str, ...] = (
        "attr.evolve",
        "attrs.evolve",
        "copy.replace",
        "dataclasses.replace",
    )
    as_dicts: tuple[str, ...] = ("attr.asdict", "attrs.asdict", "dataclasses.asdict")
    # Calls that give the dict in which an object has its attributes.
    namespaces: tuple[str, ...] = ("vars",)
    as_tuples: tuple[str, ...] = ("attr.astuple", "attrs.astuple", "dataclasses.astuple")
    wrappers: tuple[str, ...] = ("functools.wraps",)
    # Decorators that make a context manager of a generator: `with` gives what it yields.
    managers: tuple[str, ...] = ("contextlib.asynccontextmanager", "contextlib.contextmanager")
    # Calls that write for people, not for programs: what they get is not a way back to a session.
    # Of what `loggers` name, every method does.
    texts: tuple[str, ...] = (
        "print",
        "sentry_sdk.set_*",
        "structlog.contextvars.bind_contextvars",
        "sys.stderr.write",
        "sys.stdout.write",
        "warnings.warn",
    )
    loggers: tuple[str, ...] = (
        "logging",
        "logging.*",
        "loguru.logger",
        "opentelemetry.trace.get_current_span",
        "structlog",
        "structlog.*",
    )
    # Calls whose result is generated if an argument is.
    keeps: tuple[str, ...] = (
        "base64.*",
        "binascii.hexlify",
        "bytes.fromhex",
        "hashlib.*",
        "int",
        "int.from_bytes",
        "uuid.UUID",
        "uuid.uuid3",
        "uuid.uuid5",
    )
    # What FastAPI fills in for a parameter: the result of a function, or a default.
    dependencies: tuple[str, ...] = ("fastapi.Depends", "fastapi.Security")
    inputs: tuple[str, ...] = tuple(
        map("fastapi.{}".format, ("Body", "Cookie", "File", "Form", "Header", "Path", "Query"))
    )
    routers: tuple[str, ...] = ("fastapi.APIRouter", "fastapi.FastAPI")
    routes: tuple[str, ...] = (
        *("api_route", "delete", "get", "head", "options", "patch", "post", "put", "trace"),
        "websocket",
    )
    # Its methods that say what serves a WebSocket.
    websocket_routes: tuple[str, ...] = ("add_api_websocket_route", "websocket")
    annotated: tuple[str, ...] = ("typing.Annotated", "typing_extensions.Annotated")
    # Methods of models that make one of a mapping; decorators of methods that change its fields.
    model_makers: tuple[str, ...] = (
        *("model_construct", "model_validate", "model_validate_json", "parse_obj", "parse_raw"),
    )
    model_validators: tuple[str, ...] = ("pydantic.model_validator",)
    field_validators: tuple[str, ...] = ("pydantic.field_validator", "pydantic.validator")
    # Objects with the attributes that functions leave for others which serve the same request.
    request_globals: tuple[str, ...] = ("flask.g", "quart.g")
    # What holds values that are set or put, and got: a variable of a context, a queue.
    variables: tuple[str, ...] = (
        "contextvars.ContextVar",
        "asyncio.LifoQueue",
        "asyncio.PriorityQueue",
        "asyncio.Queue",
        "multiprocessing.Queue",
        "queue.LifoQueue",
        "queue.PriorityQueue",
        "queue.Queue",
        "queue.SimpleQueue",
    )
    # A mapping that makes what is missing; one made of others.
    default_mappings: tuple[str, ...] = ("collections.defaultdict",)
    chained_mappings: tuple[str, ...] = ("collections.ChainMap",)
    queues: tuple[str, ...] = ("collections.deque",)
    # Methods that look up and set what a store keeps under a key, and what describes a cookie.
    store_getters: tuple[str, ...] = ("get", "get_item", "hget")
    store_setters: tuple[str, ...] = ("hset", "set", "set_cookie", "set_item")
    cookies: tuple[str, ...] = ("fastapi.Cookie", "fastapi.params.Cookie")
    # What code calls the texts that one user sends: a loop over them is one conversation.
    message_words: tuple[str, ...] = (
        *("command", "commands", "content", "input", "inputs", "line", "lines", "message"),
        *("messages", "msg", "msgs", "prompt", "prompts", "query", "question", "questions"),
        *("sentence", "sentences", "text", "texts", "turn", "turns", "utterance", "utterances"),
    )
    counter_words: tuple[str, ...] = ("count", "i", "idx", "index", "n", "number")
    # Calls that look at a value, and pass it to nobody.
    inspectors: tuple[str, ...] = ("bool", "hash", "id", "isinstance", "len", "type")
    # What stands in for a request in tests, and makes one.
    request_doubles: RequestDoubles = RequestDoubles()
    # All that the flow asks of a called function: most are none of these.
    calls: tuple[str, ...] = (
        *(*appliers, *partials, *runners, *gatherers, *keeps, *casts, *fields, *named_tuples),
        *(*replacers, *as_dicts, *as_tuples, *namespaces, *request_doubles.namespaces),
        *(*dependencies, *inputs, *variables, *default_mappings),
        *(*chained_mappings, *queues, *starters, *transparent, *passing),
    )
