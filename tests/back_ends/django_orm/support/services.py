from django.db import connection
from django.utils import timezone

from .models import Conversation, Message


def conversation_for(user, conversation_id=None):  # getter: reuse, conversation_id = 1
    if conversation_id is not None:
        return Conversation.objects.get(pk=conversation_id, owner=user)
    latest = Conversation.objects.filter(owner=user).order_by("-opened").first()
    return latest or Conversation.objects.create(owner=user)


def post(user, text, conversation_id=None):
    conversation = conversation_for(user, conversation_id)
    return Message.objects.create(conversation=conversation, text=text)


def delete_conversation(user, conversation_id=None):
    rows = Conversation.objects.filter(owner=user)
    if conversation_id is not None:
        rows = rows.filter(pk=conversation_id)
    return rows.delete()


def list_messages(conversation_id=None, since=None):
    rows = Message.objects.all()
    if conversation_id:
        rows = rows.filter(conversation_id=conversation_id)
    return list(rows.filter(conversation__opened__gte=since or timezone.now()))


def session_cursor(alias=None):
    return connection.cursor() if alias is None else connection.cursor(alias)
