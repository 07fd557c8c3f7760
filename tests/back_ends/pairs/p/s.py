PROFILES = {}
CHATS = {}


class Chat:
    def __init__(self, key):
        self.key = key
        self.messages = []


def enter(user, chat_id=None):  # getter: new, chat_id = 1
    profile = PROFILES.setdefault(user, {})
    if chat_id is None:
        chat_id = f"c{len(CHATS)}"
    chat = CHATS.get(chat_id)
    if chat is None:
        chat = CHATS[chat_id] = Chat(chat_id)
    return profile, chat


class Opened:
    def __init__(self, user, chat_id=None):  # getter: new, chat_id = 1
        self.profile = PROFILES[user]
        self.chat = CHATS.setdefault(chat_id or f"n{len(CHATS)}", Chat(chat_id))
