from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from .models import ChatSession, Message


def ensure_session(db: Session, owner_id: str, session_id: str | None = None) -> ChatSession:  # getter: new, session_id = 2
    if session_id:
        found = db.get(ChatSession, session_id)
        if found:
            return found
    found = ChatSession(id=session_id or str(uuid4()), owner_id=owner_id)
    db.add(found)
    db.commit()
    return found


def active_session(db: Session, owner_id: str, session_id: str | None = None) -> ChatSession:  # getter: reuse, session_id = 2
    stmt = select(ChatSession).where(ChatSession.owner_id == owner_id)
    if session_id is not None:
        stmt = stmt.where(ChatSession.id == session_id)
    row = db.execute(stmt.order_by(ChatSession.id.desc())).scalars().first()
    if row is None:
        row = ChatSession(id=session_id or str(uuid4()), owner_id=owner_id)
        db.add(row)
        db.flush()
    return row


def list_messages(db: Session, session_id: str | None = None):
    q = db.query(Message)
    if session_id is not None:
        q = q.filter(Message.session_id == session_id)
    return q.all()


def get_db(session=None):
    db = session or Session()
    try:
        yield db
    finally:
        db.close()
