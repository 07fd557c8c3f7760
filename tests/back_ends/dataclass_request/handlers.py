from dataclasses import dataclass, field


@dataclass
class Ask:
    user: str
    text: str
    conversation_id: str | None = None


@dataclass
class Dialog:
    turns: list = field(default_factory=list)


class Dialogs:
    def __init__(self):
        self._dialogs = {}
        self._last = {}

    def of(self, ask: Ask) -> Dialog:  # getter: reuse, ask.conversation_id = 0
        key = ask.conversation_id or self._last.get(ask.user)
        if key is None or key not in self._dialogs:
            key = key or f"d{len(self._dialogs)}"
            self._dialogs[key] = Dialog()
        self._last[ask.user] = key
        return self._dialogs[key]


dialogs = Dialogs()


def answer(ask: Ask) -> str:
    dialog = dialogs.of(ask)
    dialog.turns.append(ask.text)
    return f"{len(dialog.turns)}. {ask.text}"


def start(user: str, text: str) -> str:
    return answer(Ask(user, text))
