from typing import Annotated

from fastapi import APIRouter, Depends, Header
from sqlalchemy.orm import Session as DbSession
from sqlalchemy.orm import sessionmaker

router = APIRouter()
make_db = sessionmaker()
CHATS: dict[str, list[str]] = {}


def db_session(name: str | None = None):
    session = make_db() if name is None else make_db(bind=name)
    try:
        yield session
    finally:
        session.close()


def current_chat(chat_id: Annotated[str | None, Header()] = None):  # getter: shared, chat_id = 0
    key = chat_id or "lobby"
    if key not in CHATS:
        CHATS[key] = []
    return CHATS[key]


@router.post("/say")
def say(
    text: str,
    chat: Annotated[list[str], Depends(current_chat)],
    db: Annotated[DbSession, Depends(db_session)],
):
    chat.append(text)
    db.commit()
    return len(chat)


def say_to(text: str, chat_id: str):
    current_chat(chat_id).append(text)
