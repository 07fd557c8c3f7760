from lib import ids
from lib.chat import Chat, send
from lib.ids import Counter, Prefix, label, new_chat_id, normalize

chat = Chat()
counter = Counter()
prefix = Prefix("p-")


def wrong_1(text):
    return send(text, normalize(new_chat_id()))


def right_1(text, given):
    return send(text, normalize(given))


def wrong_2(text):
    return chat.send(text, {"chat": {"id": prefix.of(counter.next())}})


def right_2(text, given):
    return chat.send(text, {"chat": {"id": prefix.of(given), "row": counter.next()}})


def right_3(text):
    return send(text, label(new_chat_id()))


def new_chat(text):
    return send(text, new_chat_id()), chat.send(text, {"chat": {"id": counter.next()}})


def right_4(text):
    return new_chat(text)


class Rooms:
    def __init__(self):
        self.counter = Counter()

    def open(self, text):
        made = self.counter.next()
        return self._send(text, made)

    def _send(self, text, made):
        return send(text, made)

    def wrong_5(self, text):
        return self._send(text, self.counter.next())

    def right_5(self, text, given):
        return self._send(text, given)


def wrong_6(text, given=None):
    options = {"chat": {"id": normalize(given or ids.new_chat_id())}}
    return chat.send(text, options)


def right_6(text, given=None):
    options = {"chat": {"id": normalize(given)}, "request": ids.new_chat_id()}
    return chat.send(text, options)


def wrong_7(text):
    made = normalize(value=new_chat_id())
    return send(text, chat_id=made)


def wrong_8(text):
    made = new_chat_id()
    return send(text, made)


def right_8(text):
    return new_chat(text)
