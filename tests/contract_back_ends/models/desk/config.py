from typing import Annotated
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic.dataclasses import dataclass


class Thread(BaseModel):
    key: str | None = None
    label: str = Field(default_factory=lambda: uuid4().hex)


class Request(BaseModel):
    model_config = ConfigDict(extra="forbid")
    thread: Thread | None = None
    trace: Annotated[str, Field(default_factory=lambda: uuid4().hex)]


class Fresh(Request):
    @model_validator(mode="after")
    def fill(self):
        if self.thread is None:
            self.thread = Thread(key=uuid4().hex)
        return self


@dataclass
class Options:
    key: str | None = None
    trace: str = ""


class Checked(BaseModel):
    key: str | None = None

    @field_validator("key")
    @classmethod
    def known(cls, key):
        return key or uuid4().hex


class Defaulted(BaseModel):
    key: str = Field(default_factory=lambda: str(uuid4()))
