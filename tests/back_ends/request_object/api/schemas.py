from uuid import uuid4
from pydantic import BaseModel, Field


class Ask(BaseModel):
    text: str
    user: str
    conversation_id: str | None = None


class AskFresh(BaseModel):
    text: str
    user: str
    conversation_id: str = Field(default_factory=lambda: str(uuid4()))
