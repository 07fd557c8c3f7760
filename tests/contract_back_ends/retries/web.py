"""Chats that call the getter of another module through helpers of a third."""

from uuid import uuid4

from desk.calls import Caller, open_for, retry, timed
from desk.service import Desk


def opened(desk: Desk, user, session):
    return desk.open(user, session=session)


def wrong_1(desk: Desk, user):
    return retry(desk.open, user, session=uuid4().hex)


def right_1(desk: Desk, user, session):
    return retry(desk.open, user, session=session)


def todo_wrong_2(desk: Desk, user):
    return retry(desk.open, user, {"session": uuid4().hex}, times=5)


def right_2(desk: Desk, user):
    return retry(desk.close, user, session=uuid4().hex)


def wrong_3(desk: Desk, user):
    return timed(desk.open, user, {"session": uuid4().hex})


def right_3(desk: Desk, user):
    return timed(desk.close, user, uuid4().hex)


def wrong_4(desk: Desk, user, session):
    return retry(opened, desk, user, session or uuid4().hex)


def right_4(desk: Desk, user, session):
    return retry(print, desk, user, session or uuid4().hex)


def wrong_5(user, session):
    desk = Desk()
    return retry(desk.open, user, session=session or uuid4().hex)


def wrong_6(desk: Desk, user, session):
    return open_for(desk, user, session or uuid4().hex)


def wrong_7(desk: Desk, user, session):
    caller = Caller(desk.open)
    return caller.call(user, session=session or uuid4().hex)


def right_7(desk: Desk, user, session):
    caller = Caller(desk.close)
    return caller.call(user, session=session or uuid4().hex)
