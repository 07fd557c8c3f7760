"""Memories, made anew for each message."""

from llama_index.core.memory import ChatMemoryBuffer, ChatSummaryMemoryBuffer, Memory
from llama_index.core.storage.chat_store import SimpleChatStore
from observe import by_id, tell

store = SimpleChatStore()


def key(buffer, id):
    return buffer.from_defaults(chat_store=store, chat_store_key=id).chat_store_key


tell(
    Memory__from_defaults=by_id(lambda id: Memory.from_defaults(session_id=id).session_id),
    ChatMemoryBuffer__from_defaults=by_id(lambda id: key(ChatMemoryBuffer, id)),
    ChatSummaryMemoryBuffer__from_defaults=by_id(lambda id: key(ChatSummaryMemoryBuffer, id)),
)
# Where the key is left out, all share one.
assert ChatMemoryBuffer.from_defaults(chat_store=store).chat_store_key == "chat_history"
