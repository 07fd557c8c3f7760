"""Helpers, objects and declarations of other files that bring an ID to a getter, or lead to one."""

from __future__ import annotations

import pytest
from support.small_projects import GETTER
from support.split_files import findings, places

NEW = "from uuid import uuid4\n"
FASTAPI = "from fastapi import APIRouter, Depends\n"
OPEN = "    get_user_execution_context(user, thread_id=thread)\n"
SERVICE = f"{GETTER}\n\nclass Service:\n    def open(self, user, thread):\n    {OPEN}"

# The helper, the file that uses it, and where the ID is generated.
FOUND = {
    "a dependency": (
        f"{NEW}\n\ndef key():\n    return str(uuid4())\n",
        f"{FASTAPI}{GETTER}from helper import key\n\n\ndef go(user, thread=Depends(key)):\n{OPEN}",
        "key",
    ),
    "a dependency of a dependency": (
        f"{NEW}{FASTAPI}\n\ndef key():\n    return str(uuid4())\n\n\n"
        "def ids(thread=Depends(key)):\n    return thread, None\n",
        f"{FASTAPI}{GETTER}from helper import ids\n\n\ndef go(user, both=Depends(ids)):\n"
        f"    thread = both[0]\n{OPEN}",
        "key",
    ),
    "a name for a type with a dependency": (
        f"from typing import Annotated\n{NEW}{FASTAPI}\n\ndef key():\n    return str(uuid4())\n\n\n"
        "Key = Annotated[str, Depends(key)]\n",
        f"{FASTAPI}{GETTER}from helper import Key\n\n\ndef go(user, thread: Key):\n{OPEN}",
        "key",
    ),
    "the model of a body, and the router": (
        f"{NEW}{FASTAPI}from pydantic import BaseModel, Field\n\n\nROUTER = APIRouter()\n\n\n"
        "class Body(BaseModel):\n    thread: str = Field(default_factory=lambda: str(uuid4()))\n",
        f"{FASTAPI}{GETTER}from helper import ROUTER, Body\n\n\n@ROUTER.post('/')\n"
        f"def go(user, body: Body):\n    thread = body.thread\n{OPEN}",
        "Body",
    ),
    "a service that a dependency makes": (
        f"{SERVICE}\n\ndef service():\n    return Service()\n",
        f"{NEW}{FASTAPI}from helper import service\n\n\ndef go(user, service=Depends(service)):\n"
        "    service.open(user, str(uuid4()))\n",
        "go",
    ),
    "a service that the constructor makes": (
        SERVICE,
        f"{NEW}from helper import Service\n\n\nclass View:\n    def __init__(self):\n"
        "        self.service = Service()\n\n    def go(self, user):\n"
        "        self.service.open(user, str(uuid4()))\n",
        "View.go",
    ),
    "a method of an annotated parameter": (
        f"{NEW}\n\nclass Ids:\n    def new(self):\n        return str(uuid4())\n",
        f"{GETTER}from helper import Ids\n\n\ndef go(user, ids: Ids):\n"
        f"    thread = ids.new()\n{OPEN}",
        "Ids.new",
    ),
    "a table of functions": (
        f"{GETTER}\n\ndef work(user, thread):\n{OPEN}\n\nWORK = {{'open': work}}\n",
        f"{NEW}from helper import WORK\n\n\ndef go(user):\n    WORK['open'](user, str(uuid4()))\n",
        "go",
    ),
    "a pool": (
        "from concurrent.futures import ThreadPoolExecutor\n\nPOOL = ThreadPoolExecutor()\n",
        f"{NEW}{GETTER}from helper import POOL\n\n\ndef work(user, thread):\n{OPEN}\n\n"
        "def go(user):\n    POOL.submit(work, user, str(uuid4()))\n",
        "go",
    ),
    "a helper that sets an item": (
        f"{NEW}\n\ndef fill(payload):\n    payload.setdefault('thread', str(uuid4()))\n",
        f"{GETTER}from helper import fill\n\n\ndef go(user, payload):\n    fill(payload)\n"
        f"    thread = payload['thread']\n{OPEN}",
        "fill",
    ),
    "a helper that sets an item which may be there": (
        f"{NEW}\n\ndef fill(ids):\n    if not ids.get('thread'):\n"
        "        ids['thread'] = str(uuid4())\n",
        f"{GETTER}from helper import fill\n\n\ndef go(user, payload):\n"
        "    ids = {'thread': payload.get('thread')}\n    fill(ids)\n"
        f"    thread = ids['thread']\n{OPEN}",
        "fill",
    ),
    "a helper that has another one set an attribute": (
        f"{NEW}\n\ndef fill(message):\n    message.thread = str(uuid4())\n\n\n"
        "def prepare(message):\n    fill(message)\n",
        f"{GETTER}from helper import prepare\n\n\ndef go(user, message):\n    prepare(message)\n"
        f"    thread = message.thread\n{OPEN}",
        "fill",
    ),
    "the dict of a record": (
        "from dataclasses import dataclass\n\n\n@dataclass\nclass Ids:\n    thread: str\n",
        f"from dataclasses import asdict\n{NEW}{GETTER}from helper import Ids\n\n\ndef go(user):\n"
        f"    thread = asdict(Ids(str(uuid4())))['thread']\n{OPEN}",
        "go",
    ),
    "a changed copy of a record": (
        "from dataclasses import dataclass\n\n\n@dataclass\nclass Ids:\n    thread: str\n"
        "    run: str = ''\n",
        f"from dataclasses import replace\n{NEW}{GETTER}from helper import Ids\n\n\ndef go(user):\n"
        f"    thread = replace(Ids(str(uuid4())), run='1').thread\n{OPEN}",
        "go",
    ),
    "an object of a module": (
        "from types import SimpleNamespace\n\nSTATE = SimpleNamespace(thread=None)\n",
        f"{NEW}{GETTER}from helper import STATE\n\n\ndef go(user):\n"
        f"    STATE.thread = str(uuid4())\n    thread = STATE.thread\n{OPEN}",
        "go",
    ),
    "a context variable of a module": (
        "from contextvars import ContextVar\n\nTHREAD = ContextVar('thread')\n",
        f"{NEW}{GETTER}from helper import THREAD\n\n\ndef go(user):\n"
        f"    THREAD.set(str(uuid4()))\n    thread = THREAD.get()\n{OPEN}",
        "go",
    ),
    "an item that another function sets": (
        "IDS = {}\n",
        f"{NEW}{GETTER}from helper import IDS\n\n\ndef begin():\n"
        "    IDS['thread'] = str(uuid4())\n\n\n"
        f"def go(user):\n    thread = IDS['thread']\n{OPEN}",
        "begin",
    ),
}
SILENT = {
    "a helper that sets another item": (
        f"{NEW}\n\ndef fill(payload):\n    payload['number'] = str(uuid4())\n",
        f"{GETTER}from helper import fill\n\n\ndef go(user, payload):\n    fill(payload)\n"
        f"    thread = payload['thread']\n{OPEN}",
    ),
    "a helper that fills something else": (
        f"{NEW}\n\ndef fill(payload):\n    payload['thread'] = str(uuid4())\n",
        f"{GETTER}from helper import fill\n\n\ndef go(user, payload, other):\n    fill(other)\n"
        f"    thread = payload['thread']\n{OPEN}",
    ),
    "an attribute that another function sets, for all messages": (
        "from types import SimpleNamespace\n\nSTATE = SimpleNamespace(thread=None)\n",
        f"{NEW}{GETTER}from helper import STATE\n\n\ndef start():\n"
        "    STATE.thread = str(uuid4())\n"
        f"\n\ndef go(user):\n    thread = STATE.thread\n{OPEN}",
    ),
    "an object that takes one argument": (
        "class Thread:\n    def __init__(self, name):\n        self.name = name\n",
        f"{NEW}{GETTER}from helper import Thread\n\n\ndef go(user):\n"
        f"    thread = Thread(uuid4().hex)\n{OPEN}",
    ),
    "what is handed over instead of a default getter": (
        f"{GETTER}\n\ndef note(user, thread):\n    print(user, thread)\n\n\n"
        "def work(user, thread, function=get_user_execution_context):\n"
        "    return function(user, thread)\n",
        f"{NEW}from helper import note, work\n\n\ndef go(user):\n"
        "    work(user, str(uuid4()), note)\n",
    ),
    "an imported store whose module has a helper": (
        "IDS = {}\n\n\ndef keep(user, thread):\n    IDS[user] = thread\n",
        f"{NEW}{GETTER}from helper import IDS, keep\n\n\ndef go(user):\n"
        "    thread = IDS.get(user)\n    if thread is None:\n        thread = str(uuid4())\n"
        f"        keep(user, thread)\n{OPEN}",
    ),
}


@pytest.mark.parametrize("what", FOUND)
def test_an_id_is_followed_through_another_file(what: str) -> None:
    helper, user, function = FOUND[what]
    found = findings({"helper": helper, "user": user})
    assert [place[-1] for place in places(found) if place[3] == "CTX101"] == [function]


@pytest.mark.parametrize("what", SILENT)
def test_nothing_is_found_where_no_generated_id_gets_to_the_getter(what: str) -> None:
    helper, user = SILENT[what]
    found = findings({"helper": helper, "user": user})
    assert [place for place in places(found) if place[3] == "CTX101"] == []
