"""Web applications in generated programs: what FastAPI fills in, and what middleware leaves."""

from __future__ import annotations

from string import Template
from typing import NamedTuple

from grammar import KEYS, Scope, source
from layout import Body, Line, Statement, block


class Way(NamedTuple):
    """One way of an ID to a route: what stands above, its parameter, and what reads the ID.

    `$value` is an expression of `given`, a header that is called after `$key`; `options` is what
    the decorator of the route has more.
    """

    above: str
    parameter: str
    use: str = "$key"
    options: str = ""


_PARAMETER = "given: str | None = Header(None, alias='x-$key')"
_FUNCTION = f"def find({_PARAMETER}):\n    return $value"
_CLASS = f"""\
class Ids:
    def __init__(self, {_PARAMETER}):
        self.found = $value
        self.given = given"""
_MODEL = """\
class Message(BaseModel):
    $key: str | None = None
    made: str | None = Field(default_factory=lambda: $fresh)"""
_WAYS = (
    Way(_FUNCTION, "$key: str | None = Depends(find)"),
    Way(f"async {_FUNCTION}", "$key: str | None = Depends(find)"),
    Way(_FUNCTION, "$key: Annotated[str | None, Depends(find)]"),
    Way(f"{_FUNCTION}\nFound = Annotated[str | None, Depends(find)]", "$key: Found"),
    Way(_FUNCTION.replace("return", "yield"), "$key: str | None = Depends(find)"),
    Way(f"async {_FUNCTION.replace('return', 'yield')}", "$key = Depends(find)"),
    Way(
        f"{_FUNCTION}\ndef outer(found: str | None = Depends(find)):\n    return found",
        "$key: str | None = Depends(outer)",
    ),
    Way(
        f"{_FUNCTION}\ndef outer(found: Annotated[str | None, Depends(find)]):\n"
        "    return {'$key': found, 'other': None}",
        "ids: dict = Depends(outer)",
        "ids['$key']",
    ),
    Way(_CLASS, "ids: Ids = Depends()", "ids.found"),
    Way(_CLASS, "ids: Ids = Depends(Ids)", "ids.given"),
    Way(_CLASS, "ids: Annotated[Ids, Depends()]", "ids.found"),
    Way(
        f"class Finder:\n    def __call__(self, {_PARAMETER}):\n        return $value",
        "$key: str | None = Depends(Finder())",
    ),
    Way(
        f"class Finder:\n    def find(self, {_PARAMETER}):\n        return $value\n"
        "finder = Finder()",
        "$key: str | None = Depends(finder.find)",
    ),
    *(
        Way("", f"$key: str | None = {kind}(default_factory=lambda: $fresh, alias='x-$key')")
        for kind in ("Query", "Header", "Cookie")
    ),
    Way("", "$key: Annotated[str | None, Query(default_factory=lambda: $fresh)]"),
    Way("", "$key: str | None = Body(default_factory=lambda: $fresh, embed=True)"),
    Way(_MODEL, "message: Message", "message.made"),
    Way(_MODEL, "message: Message", "message.$key"),
    Way(_MODEL, "message: Message", "message.$key or message.made"),
    Way(
        """\
@app.middleware("http")
async def assign(request: Request, call_next):
    given = request.headers.get("x-$key")
    request.state.found, request.state.given = $value, given
    return await call_next(request)""",
        "request: Request",
        "request.state.found",
    ),
    Way(
        """\
@app.middleware("http")
async def assign(request: Request, call_next):
    given = request.headers.get("x-$key")
    request.state.found = $value
    request.state.given = given
    return await call_next(request)""",
        "request: Request",
        "request.state.given",
    ),
    Way(
        """\
class Assign(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        given = request.headers.get("x-$key")
        request.state.found = $value
        return await call_next(request)
app.add_middleware(Assign)""",
        "request: Request",
        "request.state.found",
    ),
    Way(
        """\
def assign(request: Request):
    given = request.headers.get("x-$key")
    request.state.found = $value""",
        "request: Request",
        "request.state.found",
        ", dependencies=[Depends(assign)]",
    ),
)


def web(scope: Scope) -> tuple[list[Statement], Body]:
    """The statements of an application, and those of another file that sends it a request."""
    key, way = scope.one(KEYS), scope.one(_WAYS)
    made = source(scope)
    value = scope.one((f"given or {made}", made, "given", f"given if given else {made}"))
    fresh = f"str({scope.one((made, made, 'None'))})"
    words = {"key": key, "value": value, "fresh": fresh}
    above, parameter, use, options = (Template(part).substitute(words) for part in way)
    router = scope.one(("app", "app", "router"))
    body: list[Statement] = [Line(f"context = {scope.getter}(user_id, {key}={use})")]
    if scope.chance(3):
        body = [Line(f"found = {use}"), Line(f"context = {scope.getter}(user_id, {key}=found)")]
    body.append(Line("return {'user': context.user_id}"))
    word = scope.one(("async def", "def"))
    route = f'@{router}.post("/messages"{options})'
    header = f'{route}\n{word} answer({parameter}, user_id: str = "user-1"):'
    module: list[Statement] = [Line("app = FastAPI()")]
    module += [Line("router = APIRouter()")] * (router != "app")
    module += [Line(above)] * bool(above)
    module.append(block(header, *body))
    module += [Line("app.include_router(router)")] * (router != "app")
    return module, _CLIENT


_CLIENT: Body = (
    Line("from app.handlers import app"),
    Line("from app.client import post"),
    block(
        "def visit(user_id, payload, log, db):",
        Line('return post(app, "/messages", payload)'),
    ),
)
