"""A graph with an in-memory checkpointer, which several users talk to."""

import asyncio
import operator
from typing import Annotated, TypedDict

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from observe import by_content, tell


class State(TypedDict):
    messages: Annotated[list, operator.add]


def graph():
    builder = StateGraph(State)
    builder.add_node("answer", lambda state: {"messages": ["an answer"]})
    builder.add_edge(START, "answer")
    builder.add_edge("answer", END)
    return builder.compile(checkpointer=InMemorySaver())


def arguments(thread_id, text):
    return {"messages": [text]}, {"configurable": {"thread_id": thread_id}}


async def listed(stream):
    return [part async for part in stream]


one, two, three, four, five, six = (graph() for _ in range(6))
tell(
    CompiledStateGraph__invoke=by_content(lambda *given: [one.invoke(*arguments(*given))]),
    CompiledStateGraph__ainvoke=by_content(
        lambda *given: [asyncio.run(two.ainvoke(*arguments(*given)))]
    ),
    CompiledStateGraph__stream=by_content(
        lambda *given: list(three.stream(*arguments(*given), stream_mode="values"))
    ),
    CompiledStateGraph__astream=by_content(
        lambda *given: asyncio.run(listed(four.astream(*arguments(*given), stream_mode="values")))
    ),
    CompiledStateGraph__stream_events=by_content(
        lambda *given: list(six.stream_events(*arguments(*given), version="v3"))
    ),
    CompiledStateGraph__astream_events=by_content(
        lambda *given: asyncio.run(listed(five.astream_events(*arguments(*given), version="v2")))
    ),
)
