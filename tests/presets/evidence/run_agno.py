"""Agents, teams and workflows, each used by several users; the model makes up no text."""

import asyncio
import io

from agno.agent import Agent
from agno.db.in_memory import InMemoryDb
from agno.models.base import Model
from agno.models.response import ModelResponse
from agno.team import Team
from agno.workflow import Step, StepOutput, Workflow
from observe import by_content, by_id, tell
from rich.console import Console


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
sessions = []  # that a workflow ran in


def say(step_input, run_context):
    sessions.append(run_context.session_id)
    return StepOutput(content="an answer")


def printed(id):
    silent = Console(file=io.StringIO())
    printing.print_response("hello", session_id=id, console=silent)
    return sessions[-1]


workflow, printing = (
    Workflow(steps=[Step("say", executor=say)], telemetry=False) for _ in range(2)
)
tell(
    Agent__run=by_content(lambda id, text: contents(first.run(text, session_id=id))),
    Agent__arun=by_content(
        lambda id, text: contents(asyncio.run(second.arun(text, session_id=id)))
    ),
    Team__run=by_id(lambda id: team.run("hello", session_id=id).session_id),
    Workflow__run=by_id(lambda id: workflow.run("hello", session_id=id).session_id),
    Workflow__print_response=by_id(printed),
)
