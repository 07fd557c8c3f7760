from typing import NotRequired, TypedDict


class Conversation(TypedDict):
    id: str | None
    title: NotRequired[str]


class Session(TypedDict, total=False):
    conversation: Conversation
    user: str


class Config(TypedDict, total=False):
    session: Session
    tags: list[str]


Plain = TypedDict("Plain", {"session": Session, "tags": list[str]})
