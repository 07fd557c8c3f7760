import uuid
from .schemas import Ask


class Conversation:
    def __init__(self, id, user):
        self.id, self.user, self.messages = id, user, []


class AssistantService:
    def __init__(self):
        self.conversations = {}
        self.by_user = {}

    def answer(self, ask: Ask) -> str:  # getter: reuse, ask.conversation_id = 0
        conversation = self._conversation(ask)
        conversation.messages.append(ask.text)
        return f"{len(conversation.messages)}"

    def _conversation(self, ask: Ask) -> Conversation:
        cid = ask.conversation_id or self.by_user.get(ask.user)
        if cid is None or cid not in self.conversations:
            cid = cid or uuid.uuid4().hex
            self.conversations[cid] = Conversation(cid, ask.user)
            self.by_user[ask.user] = cid
        return self.conversations[cid]
