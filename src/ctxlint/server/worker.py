"""The thread that checks: new texts first, then what is asked for, then the rest."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from time import monotonic
from typing import Any, Concatenate, ParamSpec, TypeVar

from ctxlint.server.memo import SupersededError
from ctxlint.server.session import Session

P = ParamSpec("P")
T = TypeVar("T")

_log = logging.getLogger(__name__)
_IDLE = 0.5  # seconds without a change after which all files are checked again
_STACK = 64 * 2**20  # bytes: other threads than the first may have too few for deep code


class Worker:
    """Runs a session in a thread. What no longer counts is given up, so that nothing queues.

    `publish` is told the files that have new findings; `track`, how far a check of all files is:
    None once it has ended; `fail`, of an error of ours.
    """

    def __init__(
        self,
        publish: Callable[[Session, set[str]], None],
        track: Callable[[int | None, int], None] = lambda done, of: None,
        fail: Callable[[Exception], None] = lambda error: None,
    ) -> None:
        self._publish = publish
        self._track = track
        self._fail = fail
        self._condition = threading.Condition()
        self._events: deque[Callable[[Session], object]] = deque()
        self._questions: deque[tuple[Callable[[Session], Any], Future[Any]]] = deque()
        self._is_background = False  # whether work is going on for which nobody waits
        self._is_ended = False
        self._last_event = 0.0
        self.session = Session(self._is_superseded)

    def start(self) -> None:
        """Start the thread; it ends with the process."""
        size = threading.stack_size(_STACK)
        try:
            threading.Thread(target=self._run, name="ctxlint", daemon=True).start()
        finally:
            threading.stack_size(size)

    def tell(
        self, event: Callable[Concatenate[Session, P], object], *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Let something happen to the session, before anything else is done."""
        with self._condition:
            self._events.append(lambda session: event(session, *args, **kwargs))
            self._condition.notify()

    def ask(self, question: Callable[[Session], T]) -> Future[T]:
        """The answer to a question, once open files are checked; it may be asked again."""
        future: Future[T] = Future()
        with self._condition:
            if self._is_ended:
                future.cancel()
                return future
            self._questions.append((question, future))
            self._condition.notify()
        return future

    def end(self) -> None:
        """Do no more."""
        with self._condition:
            self._is_ended = True
            self._condition.notify()

    def _is_superseded(self) -> bool:
        is_asked = self._is_background and bool(self._questions)
        return is_asked or bool(self._events) or self._is_ended

    def _run(self) -> None:
        while not self._is_ended:
            try:
                self._step()
            except SupersededError:
                continue
            except Exception as error:  # the server lives
                _log.exception("unexpected error")
                self.session.give_up()
                self._fail(error)

    def _step(self) -> None:
        """Do what is most urgent."""
        self._take_events()
        if self._questions:
            self._answer()
        elif self.session.has_edits:
            self._publish(self.session, self.session.check_edits())
        elif self.session.is_busy or self._is_due():
            self._check_all()
        elif self.session.has_contracts:
            self._in_background(self.session.check_contracts)
        else:
            with self._condition:
                if not (self._events or self._questions or self._is_ended):
                    self._condition.wait(_IDLE if self.session.is_stale else None)

    def _is_due(self) -> bool:
        return self.session.is_stale and monotonic() - self._last_event >= _IDLE

    def _take_events(self) -> None:
        while self._events:
            event = self._events.popleft()
            event(self.session)
            self._last_event = monotonic()

    def _answer(self) -> None:
        question, future = self._questions[0]
        if not future.cancelled():
            self._publish(self.session, self.session.check_edits())
            self._settle(question, future)
        self._questions.popleft()

    def _settle(self, question: Callable[[Session], Any], future: Future[Any]) -> None:
        try:
            answer = question(self.session)
        except Exception as error:
            _log.exception("a question failed")
            if future.set_running_or_notify_cancel():
                future.set_exception(error)
            return
        if future.set_running_or_notify_cancel():
            future.set_result(answer)

    def _check_all(self) -> None:
        self._in_background(partial(self.session.check_all, self._track))
        self._track(None, 0)

    def _in_background(self, check: Callable[[], set[str]]) -> None:
        """Do what nobody waits for, as long as nobody asks for something else."""
        self._is_background = True
        try:
            self._publish(self.session, check())
        finally:
            self._is_background = False
