# pip: aiosqlite cryptography fakeredis greenlet redis sqlalchemy
"""Sessions in databases, made anew for each message as in the documentation."""

import asyncio
import os
import tempfile
from types import SimpleNamespace

import fakeredis.aioredis
from agents import OpenAIConversationsSession, SQLiteSession
from agents.extensions.memory import (
    AdvancedSQLiteSession,
    AsyncSQLiteSession,
    EncryptedSession,
    RedisSession,
    SQLAlchemySession,
)
from observe import by_content, by_id, tell
from sqlalchemy.ext.asyncio import create_async_engine

FOLDER = tempfile.mkdtemp()


def file(name):
    return os.path.join(FOLDER, name)


def talk(session, text):
    async def held():
        await session.add_items([{"role": "user", "content": text}])
        return await session.get_items()

    return asyncio.run(held())


class Conversations:
    """What OpenAI's client does when it starts a conversation."""

    count = 0

    async def create(self, items):
        self.count += 1
        return SimpleNamespace(id=f"conversation-{self.count}")


client = SimpleNamespace(conversations=Conversations())


def conversation(id):
    session = OpenAIConversationsSession(conversation_id=id, openai_client=client)
    return asyncio.run(session._get_session_id())


def advanced(id):
    return AdvancedSQLiteSession(session_id=id, db_path=file("c"), create_tables=True)


def of(session):
    return by_content(lambda id, text: talk(session(id), text))


redis = fakeredis.aioredis.FakeRedis()
engine = create_async_engine(f"sqlite+aiosqlite:///{file('d')}")
tell(
    SQLiteSession=of(lambda id: SQLiteSession(id, file("a"))),
    AsyncSQLiteSession=of(lambda id: AsyncSQLiteSession(id, file("b"))),
    AdvancedSQLiteSession=of(advanced),
    SQLAlchemySession=of(lambda id: SQLAlchemySession(id, engine=engine, create_tables=True)),
    RedisSession=of(lambda id: RedisSession(id, redis_client=redis)),
    EncryptedSession=of(lambda id: EncryptedSession(id, SQLiteSession("u"), "key")),
    OpenAIConversationsSession=by_id(conversation),
)
