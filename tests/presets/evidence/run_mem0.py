"""Memories in a database on disk; texts have made-up embeddings, and no model reads them."""

import os
import tempfile

os.environ |= {"MEM0_TELEMETRY": "False", "OPENAI_API_KEY": "none", "MEM0_DIR": tempfile.mkdtemp()}

from mem0 import Memory
from mem0.embeddings.mock import MockEmbeddings
from mem0.utils.factory import EmbedderFactory
from observe import by_content, tell

EmbedderFactory.create = classmethod(lambda *args, **kwargs: MockEmbeddings())
store = {"path": tempfile.mkdtemp(), "embedding_model_dims": 10}
memory = Memory.from_config(
    {"vector_store": {"provider": "qdrant", "config": store}, "history_db_path": ":memory:"}
)


def of_user(user):
    found = memory.search("anything", filters={"user_id": user})["results"]
    return sorted(one["memory"] for one in found)


def added():
    """What None means where the user is given: the memories that the user has."""
    memory.add("first", user_id="alice", run_id=None, infer=False)
    memory.add("second", user_id="alice", run_id=None, infer=False)
    memory.add("other", user_id="bob", run_id=None, infer=False)
    return "reuse" if of_user("alice") == ["first", "second"] else "something else"


def looked_up(look):
    def talk(id, _):
        return look(filters={"user_id": "alice", "run_id": id})["results"]

    return by_content(talk)


tell(
    Memory__add=added(),
    Memory__search=looked_up(lambda **given: memory.search("anything", **given)),
    Memory__get_all=looked_up(memory.get_all),
)
# Alone, None is refused.
assert by_content(lambda id, text: memory.add(text, run_id=id, infer=False)["results"]) == "error"
