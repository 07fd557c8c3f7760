"""Nothing here finds a conversation: artifacts of a session, parts of an answer, objects."""


class Artifact:
    def __init__(self, data):
        self.data = data


class Artifacts:
    def __init__(self):
        self._artifacts = {}

    def load_artifact(self, user_id, name, session_id=None):
        key = (user_id, session_id, name)
        if key not in self._artifacts:
            self._artifacts[key] = Artifact(b"")
        return self._artifacts[key]

    def save_artifact(self, user_id, data, session_id=None):
        versions = self._artifacts.setdefault((user_id, session_id), [])
        versions.append(Artifact(data))
        return len(versions)


class ChatChunks:
    def __init__(self):
        self._calls = {}
        self.session_id = None

    def add_call(self, tool_call):
        if tool_call.index is not None and tool_call.index not in self._calls:
            self._calls[tool_call.index] = []
        self._calls[tool_call.index].append(tool_call.text)
        return self._calls[tool_call.index]

    def call_of(self, tool_call):
        return self._calls.setdefault(tool_call.id or "first", [])

    @property
    def session(self):
        if self.session_id not in self._calls:
            self._calls[self.session_id] = []
        return self._calls[self.session_id]


class AgentThread:
    def __init__(self):
        self.messages = []


def invoke(text, thread: AgentThread | None = None):
    thread = thread or AgentThread()
    thread.messages.append(text)
    return thread


def rename_chat(chats, title, chat_id=None):
    chat = chats.setdefault(chat_id, {})
    chat["title"] = title
    return chat


def take(artifacts, chunks, tool_call, chats):
    artifacts.load_artifact("u", "n")
    artifacts.save_artifact("u", b"")
    chunks.add_call(tool_call)
    chunks.call_of(tool_call).append(1)
    invoke("hi").messages.append("there")
    rename_chat(chats, "t")["at"] = 1
