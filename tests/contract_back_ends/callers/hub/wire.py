from functools import wraps
from uuid import uuid4

from hub.service import Options, Service

service = Service()


def get_service() -> Service:
    return service


def with_options(function):
    @wraps(function)
    async def wrapper(text):
        return await function(text, Options(session=uuid4().hex))

    return wrapper


def given_options(function):
    @wraps(function)
    async def wrapper(text, session):
        return await function(text, Options(session=session, trace=uuid4().hex))

    return wrapper
