from uuid import uuid4

from desk.config import Checked, Defaulted, Fresh, Options, Request, Thread
from desk.service import Desk, open_thread

desk = Desk()


def wrong_1(text):
    return desk.answer(text, Request(thread=Thread(key=uuid4().hex)))


def right_1(text, key):
    return desk.answer(text, Request(thread=Thread(key=key)))


def wrong_2(text):
    return desk.answer(text, request=Request(thread={"key": uuid4().hex}))


def right_2(text, key):
    return desk.answer(text, request=Request(thread={"key": key, "label": uuid4().hex}))


def wrong_3(text, request: Request):
    thread = request.thread.model_copy(update={"key": uuid4().hex})
    return desk.answer(text, request.model_copy(update={"thread": thread}))


def right_3(text, request: Request):
    thread = request.thread.model_copy(update={"label": uuid4().hex})
    return desk.answer(text, request.model_copy(update={"thread": thread}))


def wrong_4(text):
    request = Request.model_construct(thread=Thread.model_construct(key=uuid4().hex))
    return desk.answer(text, request)


def wrong_5(text, body):
    request = Request(**body)
    if request.thread is None:
        request.thread = Thread(key=uuid4().hex)
    return desk.answer(text, request)


def right_5(text, body):
    request = Request(**body)
    if request.thread is None:
        request.thread = Thread(label=uuid4().hex)
    return desk.answer(text, request)


def wrong_6(text, key=None):
    return open_thread(Options(key=key or uuid4().hex))


def right_6(text, key=None):
    return open_thread(Options(key=key, trace=uuid4().hex))


def wrong_7(text):
    return open_thread(Options(uuid4().hex))


def wrong_8(text):
    return open_thread(Defaulted())


def right_8(text, key):
    return open_thread(Defaulted(key=key))


def wrong_9(text, key):
    return open_thread(Checked(key=key))


def wrong_10(text):
    return desk.answer(text, Fresh())


class Handler:
    def __init__(self):
        self.desk = Desk()

    def request(self, key=None):
        return Request(thread=Thread(key=key))

    def wrong_11(self, text):
        return self.desk.answer(text, self.request(uuid4().hex))

    def right_11(self, text, key):
        return self.desk.answer(text, self.request(key))

    def right_12(self, text):
        return self.desk.answer(text, self.request())
