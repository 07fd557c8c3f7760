class ChatAgent:
    def __init__(self, client, conversation_id=None):
        self.client = client
        self.conversation_id = conversation_id

    def ask(self, text):  # getter: new, self.conversation_id = -1
        if self.conversation_id is None:
            self.conversation_id = self.client.conversations.create().id
        return self.client.messages.create(conversation=self.conversation_id, text=text)


class Room:
    rooms = {}

    def __new__(cls, name=None):
        return object.__new__(cls)
