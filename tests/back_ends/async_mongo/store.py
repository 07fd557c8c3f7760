from datetime import datetime

from motor.motor_asyncio import AsyncIOMotorClient

client = AsyncIOMotorClient()
chats = client.support.chats
events = client.support.events


async def open_chat(user_id, chat_id=None):  # getter: reuse, chat_id = 1
    if chat_id:
        chat = await chats.find_one({"_id": chat_id, "user": user_id})
    else:
        chat = await chats.find_one({"user": user_id, "closed": False}, sort=[("at", -1)])
    if chat is None:
        chat = {"user": user_id, "closed": False, "at": datetime.now(), "messages": []}
        await chats.insert_one(chat)
    return chat


async def search_chats(user_id=None, word=None):
    query = {}
    if user_id is not None:
        query["user"] = user_id
    if word:
        query["messages"] = {"$regex": word}
    return await chats.find(query).to_list(100)


async def log_event(name, chat_id=None):
    await events.insert_one({"name": name, "chat": chat_id})


async def say(user_id, text, chat_id=None):
    chat = await open_chat(user_id, chat_id)
    await chats.update_one({"_id": chat["_id"]}, {"$push": {"messages": text}})
