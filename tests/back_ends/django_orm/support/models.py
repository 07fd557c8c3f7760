from django.contrib.auth.models import User
from django.db import models


class Conversation(models.Model):
    owner = models.ForeignKey(User, on_delete=models.CASCADE)
    opened = models.DateTimeField(auto_now_add=True)


class Message(models.Model):
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    text = models.TextField()
