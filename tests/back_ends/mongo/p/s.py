import uuid
from datetime import datetime


class Conversations:
    def __init__(self, db):
        self.coll = db["conversations"]

    async def load(self, subscriber, conversation_id=None):  # getter: reuse, conversation_id = 1
        if conversation_id:
            doc = await self.coll.find_one({"_id": conversation_id})
        else:
            doc = await self.coll.find_one({"subscriber": subscriber}, sort=[("at", -1)])
        if doc is None:
            doc = {"_id": conversation_id or str(uuid.uuid4()), "subscriber": subscriber, "turns": []}
            await self.coll.insert_one(doc)
        return doc

    async def upsert(self, subscriber, conversation_id=None):  # getter: new, conversation_id = 1
        return await self.coll.find_one_and_update(
            {"_id": conversation_id or str(uuid.uuid4())}, {"$setOnInsert": {"who": subscriber}}, upsert=True
        )

    async def prune(self, conversation_id=None):
        query = {"_id": conversation_id} if conversation_id else {}
        await self.coll.delete_many(query)
