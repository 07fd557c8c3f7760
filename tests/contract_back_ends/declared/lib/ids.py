import itertools
import os


class Counter:
    def __init__(self):
        self._numbers = itertools.count()

    def next(self):
        return f"c-{next(self._numbers)}"


class Prefix:
    def __init__(self, text):
        self.text = text

    def of(self, value):
        return self.text + value


def new_chat_id():
    return os.urandom(8).hex()


def normalize(value):
    return value and value.strip().lower()


def label(value):
    return len(value)
