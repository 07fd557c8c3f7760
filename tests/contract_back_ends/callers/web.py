import asyncio
from functools import partial
from uuid import uuid4

from hub.service import Options, Service, connect
from hub.wire import get_service, given_options, service, with_options


async def wrong_1(text):
    return await service.ask(text, Options(uuid4().hex))


async def right_1(text, session):
    return await service.ask(text, Options(session, uuid4().hex))


async def wrong_2(text):
    ask = partial(service.ask, options=Options(session=uuid4().hex))
    return await ask(text)


async def right_2(text, session):
    ask = partial(service.ask, options=Options(session=session, trace=uuid4().hex))
    return await ask(text)


async def wrong_3(text):
    async with connect(options=Options(session=uuid4().hex)) as made:
        return made


async def right_3(text, session):
    async with connect(options=Options(session=session)) as made:
        made.trace = uuid4().hex
        return made


async def wrong_4(text):
    return await asyncio.gather(get_service().ask(text, {"session": uuid4().hex}))


async def right_4(text, session):
    return await asyncio.gather(
        get_service().ask(text, {"session": session, "n": uuid4().hex})
    )


@with_options
async def wrong_5(text, options):
    return await service.ask(text, options)


@given_options
async def right_5(text, options):
    return await service.ask(text, options)


async def wrong_6(text, *, asks: Service):
    options = Options()
    options.session = options.session or uuid4().hex
    return await asks.ask(text, options)


async def right_6(text, *, asks: Service, session=None):
    options = Options()
    options.session = options.session or session
    options.trace = uuid4().hex
    return await asks.ask(text, options)


class View:
    service: Service

    def __init__(self, service: Service) -> None:
        self.service = service

    async def wrong_7(self, text):
        return await self.service.ask(text, self._options(uuid4().hex))

    async def right_7(self, text, session):
        return await self.service.ask(text, self._options(session))

    @staticmethod
    def _options(session):
        return Options(session=session)

    async def wrong_8(self, text):
        task = asyncio.create_task(
            self.service.ask(text, options=dict(session=uuid4().hex))
        )
        return await task

    async def right_8(self, texts):
        options = Options(session=uuid4().hex)
        for text in texts:
            await self.service.ask(text, options)
