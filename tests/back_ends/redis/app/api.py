from uuid import uuid4
from app.store import ConversationStore

store = ConversationStore()


async def handle(user, body):
    cid = body.get("conversation_id") or str(uuid4())
    conv = await store.get_or_start(user, cid)
    conv["messages"].append(body["text"])
    await store.save(conv)
