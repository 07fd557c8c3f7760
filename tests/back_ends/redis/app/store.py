import json
import time
import uuid

import redis.asyncio as redis

r = redis.Redis()


class ConversationStore:
    def __init__(self, client=None, ttl=3600):
        self.client = client or r
        self.ttl = ttl

    async def get_or_start(self, user_id: str, conversation_id: str | None = None) -> dict:  # getter: reuse, conversation_id = 1
        """Resume, or start."""
        if conversation_id is None:
            conversation_id = await self.client.get(f"last:{user_id}")
        if conversation_id:
            raw = await self.client.get(f"conv:{conversation_id}")
            if raw is not None:
                return json.loads(raw)
        conv = {"id": conversation_id or uuid.uuid4().hex, "user": user_id, "messages": []}
        await self.save(conv)
        return conv

    async def save(self, conv):
        await self.client.set(f"conv:{conv['id']}", json.dumps(conv), ex=self.ttl)
        await self.client.set(f"last:{conv['user']}", conv["id"], ex=self.ttl)

    async def drop(self, conversation_id=None):
        if conversation_id:
            await self.client.delete(f"conv:{conversation_id}")
