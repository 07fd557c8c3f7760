import time


def retry(function, *args, times=3, **more):
    for left in range(times, 0, -1):
        try:
            return function(*args, **more)
        except OSError:
            if left == 1:
                raise
            time.sleep(1)


class Caller:
    def __init__(self, function):
        self.function = function

    def call(self, *args, **more):
        return self.function(*args, **more)


def timed(call, user, options):
    start = time.monotonic()
    return call(user, options), time.monotonic() - start


def open_for(desk, user, session):
    return retry(desk.open, user, session=session)
