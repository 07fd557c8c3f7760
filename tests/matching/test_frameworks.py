"""Presets: in code of a framework its getters are found, in code that looks like it they are not.

The blocks are examples of `ctxlint test`: each line with a mark is found, no other is.
"""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent
from typing import Protocol

import pytest
from support.commands import CLEAN, Run
from support.small_projects import Write

from ctxlint.contract import PRESETS


class Judge(Protocol):
    """Asserts that each marked line of some files has a finding, and no other line."""

    def __call__(self, preset: str, **files: str) -> None: ...


@pytest.fixture
def judged(run: Run, tmp_path: Path, write: Write) -> Judge:
    def judged(preset: str, **files: str) -> None:
        (tmp_path / "pyproject.toml").write_text(f'[tool.ctxlint]\npresets = ["{preset}"]\n')
        texts = {name: text.replace("gen()", "str(uuid.uuid4())") for name, text in files.items()}
        write(**texts, one="x = 1  # ok: CTX101\n")
        assert run("test", ".")[:2] == (CLEAN, "")

    return judged


GRAPH = """\
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import StateGraph

graph = StateGraph(dict).compile(checkpointer=InMemorySaver())
"""
# What is found with each preset, in one file.
FOUND = {
    "langgraph: a graph made here": (
        "langgraph",
        """\
        import uuid
        from langgraph.checkpoint.memory import InMemorySaver
        from langgraph.graph import StateGraph

        builder = StateGraph(dict).add_node("a", print).add_edge("a", "b")
        graph = builder.compile(checkpointer=InMemorySaver())

        async def handle(text):
            config = {"configurable": {"thread_id": gen()}}  # error: CTX101
            async for part in graph.astream({"messages": [text]}, config):
                print(part)
            config = {"configurable": {"thread_id": gen()}}  # error: CTX101
            await graph.ainvoke(text, config=config)
            graph.invoke(text, {"configurable": {"user_id": gen()}})  # ok: CTX101
            graph.invoke(text, {"thread_id": gen()})  # ok: CTX101

        def resume(text, thread_id):
            return graph.invoke(text, {"configurable": {"thread_id": thread_id}})
        """,
    ),
    "langgraph: what is sent to the client": (
        "langgraph",
        """\
        import uuid
        from langgraph.prebuilt import create_react_agent

        agent = create_react_agent("m", [])

        def opened(text):
            thread_id = gen()  # ok: CTX101
            answer = agent.invoke(text, {"configurable": {"thread_id": thread_id}})
            return {"thread_id": thread_id, "answer": answer}
        """,
    ),
    "langgraph: an agent of LangChain, annotated, kept in an object": (
        "langgraph",
        """\
        import uuid
        from langchain.agents import create_agent
        from langgraph.graph.state import CompiledStateGraph

        class Chat:
            def __init__(self):
                self.agent = create_agent("m")

            def answer(self, text):
                config = {"configurable": {"thread_id": gen()}}  # error: CTX101
                return self.agent.invoke(text, config)

        def handle(graph: CompiledStateGraph, text):
            return graph.invoke(text, {"configurable": {"thread_id": gen()}})  # error: CTX101
        """,
    ),
    "langgraph: a look at the state is no way back": (
        "langgraph",
        """\
        import uuid
        from langgraph.graph import StateGraph

        graph = StateGraph(dict).compile()

        def handle(text):
            thread = {"configurable": {"thread_id": gen()}}  # error: CTX101
            graph.invoke(text, thread)
            return graph.get_state(thread).values

        def opened(text, store):
            thread = {"configurable": {"thread_id": gen()}}  # ok: CTX101
            store.put(thread)
            return graph.invoke(text, thread)
        """,
    ),
    "langgraph: partial": (
        "langgraph",
        """\
        import uuid
        from functools import partial
        from langgraph.graph import StateGraph

        graph = StateGraph(dict).compile()

        def handle(text):
            go = partial(graph.invoke, text)
            return go(config={"configurable": {"thread_id": gen()}})  # error: CTX101
        """,
    ),
    "agno": (
        "agno",
        """\
        import uuid
        from agno.agent import Agent
        from agno.team import Team
        from agno.workflow import Workflow

        class Desk(Agent):
            pass

        agent, team, flow = Agent(), Team(), Workflow()

        async def handle(text, session_id):
            agent.run(text, session_id=gen())  # error: CTX101
            await team.arun(text, session_id=gen())  # error: CTX101
            flow.run(text, None, "u", "r", gen())  # error: CTX101
            flow.print_response(text, None, "u", gen())  # error: CTX101
            Desk().run(text, session_id=gen())  # error: CTX101
            agent.run(text, run_id=gen())  # ok: CTX101
            agent.run(text, session_id=session_id)  # ok: CTX101
        """,
    ),
    "google-adk": (
        "google-adk",
        """\
        import uuid
        from google.adk.runners import Runner
        from google.adk.sessions import InMemorySessionService

        sessions = InMemorySessionService()
        runner = Runner(agent=None, app_name="app", session_service=sessions)

        async def handle(user, text):
            session_id = gen()  # error: CTX101
            await sessions.create_session(app_name="app", user_id=user, session_id=session_id)
            async for event in runner.run_async(user_id=user, session_id=session_id):
                print(event)

        async def opened(user):
            session_id = gen()  # ok: CTX101
            await sessions.create_session(app_name="app", user_id=user, session_id=session_id)
            return session_id
        """,
    ),
    "openai-agents": (
        "openai-agents",
        """\
        import uuid
        from agents import Agent, OpenAIConversationsSession, Runner, SQLiteSession
        from agents.extensions.memory import AdvancedSQLiteSession, RedisSession

        async def handle(text, session_id):
            session = SQLiteSession(gen(), "chats.db")  # error: CTX101
            await Runner.run(Agent("a"), text, session=session)
            RedisSession.from_url(gen(), url="redis://")  # error: CTX101
            AdvancedSQLiteSession(session_id=gen())  # error: CTX101
            OpenAIConversationsSession(conversation_id=gen())  # error: CTX101
            SQLiteSession(session_id)  # ok: CTX101
        """,
    ),
    "llama-index": (
        "llama-index",
        """\
        import uuid
        from llama_index.core.memory import ChatMemoryBuffer, Memory

        def handle(store, key):
            Memory.from_defaults(session_id=gen())  # error: CTX101
            Memory.from_defaults(gen())  # error: CTX101
            ChatMemoryBuffer.from_defaults(chat_store=store, chat_store_key=gen())  # error: CTX101
            ChatMemoryBuffer.from_defaults(chat_store=store, chat_store_key=key)  # ok: CTX101
        """,
    ),
    "mem0": (
        "mem0",
        """\
        import uuid
        from mem0 import Memory

        memory = Memory.from_config({})

        def handle(user, messages):
            memory.add(messages, user_id=user, run_id=gen())  # error: CTX101
            memory.search("x", filters={"user_id": user, "run_id": gen()})  # error: CTX101
            memory.add(messages, user_id=gen())  # ok: CTX101
        """,
    ),
}


@pytest.mark.parametrize(("preset", "text"), FOUND.values(), ids=FOUND)
def test_a_preset_finds_the_calls_of_its_framework(judged: Judge, preset: str, text: str) -> None:
    judged(preset, app__handler=text)


@pytest.mark.parametrize(("preset", "text"), FOUND.values(), ids=FOUND)
def test_without_the_preset_nothing_is_found(
    run: Run, tmp_path: Path, preset: str, text: str
) -> None:
    others = [name for name in PRESETS if name != preset]
    (tmp_path / "pyproject.toml").write_text(f"[tool.ctxlint]\npresets = {json.dumps(others)}\n")
    (tmp_path / "handler.py").write_text(dedent(text).replace("gen()", "str(uuid.uuid4())"))
    assert run("check").code == CLEAN


def test_each_preset_has_code_that_is_found() -> None:
    assert {preset for preset, _ in FOUND.values()} == set(PRESETS)


# Objects of which nothing is known.


UNKNOWN = """\
import uuid
from app.graphs import build

def handle(graph, text):
    return graph.invoke(text, {"configurable": {"thread_id": gen()}})  # error: CTX101
"""
LONE = UNKNOWN.replace("  # error: CTX101", "")


def test_one_counts_where_the_file_imports_the_framework(judged: Judge) -> None:
    text = UNKNOWN.replace("from app.graphs import build", "from langgraph.types import Command")
    judged("langgraph", app__handler=text)


def test_one_counts_where_the_file_imports_it_by_way_of_the_project(judged: Judge) -> None:
    judged(
        "langgraph",
        app__handler=UNKNOWN,
        app__graphs="from .deep import graph\n\ndef build():\n    pass\n",
        app__deep=GRAPH,
    )


def test_one_does_not_where_no_import_leads_to_it(judged: Judge) -> None:
    plain = "def build():\n    pass\n"
    judged("langgraph", app__handler=LONE, app__graphs=plain, app__other=GRAPH)


def test_one_does_not_where_another_library_made_it(judged: Judge) -> None:
    text = LONE.replace("def handle(graph, text):", "from pipes import make\n\ndef handle(text):")
    text = text.replace("return graph.", "return make().").replace("app.graphs", "langgraph.types")
    judged("langgraph", app__handler=text)


def test_one_does_not_where_a_class_of_the_project_takes_the_id(judged: Judge) -> None:
    other = "class Pipe:\n    def invoke(self, text, config=None):\n        return text\n"
    text = LONE.replace("app.graphs import build", "langgraph.types import Command")
    judged("langgraph", app__handler=text, app__pipe=other)


def test_one_counts_where_such_a_class_takes_no_id(judged: Judge) -> None:
    other = "class Pipe:\n    def invoke(self, text):\n        return text\n"
    text = UNKNOWN.replace("app.graphs import build", "langgraph.types import Command")
    judged("langgraph", app__handler=text, app__pipe=other)


def test_one_counts_that_a_call_is_given(judged: Judge) -> None:
    other = "class Pipe:\n    def invoke(self, text, config=None):\n        return text\n"
    text = UNKNOWN.replace("app.graphs import build", "app.graphs import graph")
    called = f"{text}\n\ndef main():\n    return handle(graph, 'hello')\n"
    judged("langgraph", app__handler=called, app__graphs=GRAPH, app__pipe=other)


def test_one_does_not_where_calls_give_something_else(judged: Judge) -> None:
    other = "class Pipe:\n    def invoke(self, text):\n        return text\n"
    text = LONE.replace("app.graphs import build", "app.pipe import Pipe")
    called = f"import langgraph\n{text}\n\ndef main():\n    return handle(Pipe(), 'hello')\n"
    judged("langgraph", app__handler=called, app__pipe=other)


# What only has the same names.


def test_a_class_of_the_same_name_is_another(judged: Judge) -> None:
    text = """\
    import uuid
    from sqlstore import SQLiteSession

    class Agent:
        def run(self, text, session_id=None):
            return text

    def handle(text):
        SQLiteSession(gen())
        Agent().run(text, session_id=gen())
    """
    for preset in ("openai-agents", "agno"):
        judged(preset, app__handler=text)


def test_a_package_of_the_project_is_no_framework(judged: Judge) -> None:
    store = "class SQLiteSession:\n    def __init__(self, session_id):\n        pass\n"
    text = "import uuid\nfrom agents.store import SQLiteSession\n\nsession = SQLiteSession(gen())\n"
    judged("openai-agents", agents__store=store, app=text)


def test_a_folder_of_the_same_name_does_not_hide_the_framework(judged: Judge) -> None:
    text = "import uuid\nfrom agents import SQLiteSession\n\nsession = SQLiteSession(gen())"
    judged(
        "openai-agents",
        app__agents__INIT="",
        app__handler=f"{text}  # error: CTX101\n",
    )


# Other ways to run it.


@pytest.mark.parametrize("arguments", [["app/handler.py"], ["-"], ["."]])
def test_files_folders_and_stdin_agree(run: Run, tmp_path: Path, arguments: list[str]) -> None:
    text = UNKNOWN.replace("app.graphs import build", "langgraph.types import Command")
    text = text.replace("gen()", "uuid.uuid4()")
    (tmp_path / "pyproject.toml").write_text('[tool.ctxlint]\npresets = ["langgraph"]\n')
    (tmp_path / "app").mkdir()
    (tmp_path / "app/handler.py").write_text(text)
    out = run("check", "--output-format", "json", *arguments, stdin=text.encode()).out
    assert [finding["location"]["row"] for finding in json.loads(out)] == [5]
