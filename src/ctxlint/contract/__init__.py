"""Knowledge of a code base and of libraries: data."""

from __future__ import annotations

from typing import NamedTuple


class IdPath(NamedTuple):
    """An ID as a getter takes it: `config.configurable.thread_id` at a position.

    That is the parameter `config`, and the keys or attributes that lead on from there;
    `self.thread` is an attribute of the object whose method is called.
    """

    name: str
    position: int
    parameter: str
    steps: tuple[str, ...]

    @classmethod
    def of(cls, name: str, position: int) -> IdPath:
        """The path that a key of a contract is."""
        parameter, *steps = name.split(".")
        return cls(name, position, parameter, tuple(steps))

    @property
    def is_of_object(self) -> bool:
        """Whether the object whose method is called has it as an attribute."""
        return self.parameter == "self" and bool(self.steps)

    @property
    def word(self) -> str:
        """The last word: that of the ID itself."""
        return self.name.rpartition(".")[2]
