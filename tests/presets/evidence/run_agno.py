"""Agents, teams and workflows, each used by several users; the model makes up no text."""

import asyncio

from agno.agent import Agent
from agno.db.in_memory import InMemoryDb
from agno.models.base import Model
from agno.models.response import ModelResponse
from agno.team import Team
from agno.workflow import Step, StepOutput, Workflow
from observe import by_content, by_id, tell


class Fake(Model):
    def invoke(self, *args, **kwargs):
        return ModelResponse(role="assistant", content="an answer")

    async def ainvoke(self, *args, **kwargs):
        return ModelResponse(role="assistant", content="an answer")

    def invoke_stream(self, *args, **kwargs):
        yield ModelResponse(content="an answer")

    async def ainvoke_stream(self, *args, **kwargs):
        yield ModelResponse(content="an answer")

    def _parse_provider_response(self, response, **kwargs):
        return response

    def _parse_provider_response_delta(self, response):
        return response


def agent():
    return Agent(model=Fake("fake"), db=InMemoryDb(), add_history_to_context=True, telemetry=False)


def contents(answer):
    return [message.content for message in answer.messages]


first, second = agent(), agent()
team = Team(members=[agent()], model=Fake("fake"), db=InMemoryDb(), telemetry=False)
step = Step(name="say", executor=lambda _: StepOutput(content="an answer"))
workflow = Workflow(name="chat", steps=[step], telemetry=False)
tell(
    Agent__run=by_content(lambda id, text: contents(first.run(text, session_id=id))),
    Agent__arun=by_content(
        lambda id, text: contents(asyncio.run(second.arun(text, session_id=id)))
    ),
    Team__run=by_id(lambda id: team.run("hello", session_id=id).session_id),
    Workflow__run=by_id(lambda id: workflow.run("hello", session_id=id).session_id),
)
