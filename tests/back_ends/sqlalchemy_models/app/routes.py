from uuid import uuid4
from fastapi import APIRouter, Depends
from .crud import ensure_session, active_session, get_db
from .models import Message

router = APIRouter()


@router.post("/say")
def say(user: str, text: str, db=Depends(get_db)):
    chat = ensure_session(db, user, str(uuid4()))
    db.add(Message(session_id=chat.id, text=text))
    return {"ok": True}


@router.post("/say2")
def say2(user: str, text: str, sid: str | None = None, db=Depends(get_db)):
    chat = active_session(db, user, sid or uuid4().hex)
    db.add(Message(session_id=chat.id, text=text))
    return {"ok": True}
