"""A runner with sessions in memory, and an agent without a model."""

import asyncio

from google.adk.agents import BaseAgent
from google.adk.events import Event
from google.adk.runners import InMemoryRunner, Runner
from google.adk.sessions import InMemorySessionService
from google.genai import types
from observe import by_content, tell


class Echo(BaseAgent):
    async def _run_async_impl(self, context):
        yield Event(author=self.name, invocation_id=context.invocation_id)


def message(text):
    return types.Content(role="user", parts=[types.Part(text=text)])


def opened(one):
    """The runner, which has one session: `an-id`."""
    session = {"app_name": "app", "user_id": "u", "session_id": "an-id"}
    asyncio.run(one.session_service.create_session(**session))
    return one


def runner():
    service = InMemorySessionService()
    return opened(Runner(agent=Echo(name="echo"), app_name="app", session_service=service))


async def listed(stream):
    return [part async for part in stream]


def run(one, id, text):
    return list(one.run(user_id="u", session_id=id, new_message=message(text)))


def run_async(one, id, text):
    events = one.run_async(user_id="u", session_id=id, new_message=message(text))
    return asyncio.run(listed(events))


first, second = runner(), runner()
third = opened(InMemoryRunner(agent=Echo(name="echo"), app_name="app"))
tell(
    Runner__run=by_content(lambda *given: run(first, *given)),
    Runner__run_async=by_content(lambda *given: run_async(second, *given)),
    InMemoryRunner__run_async=by_content(lambda *given: run_async(third, *given)),
)
