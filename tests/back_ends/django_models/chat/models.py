from django.db import models
from django.contrib.auth.models import User


class Dialogue(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    key = models.CharField(max_length=40, unique=True)

    @classmethod
    def for_user(cls, user, key=None):  # getter: reuse, key = 1
        if key is None:
            dialogue = cls.objects.filter(user=user).order_by("-id").first()
            if dialogue:
                return dialogue
            return cls.objects.create(user=user)
        dialogue, _ = cls.objects.get_or_create(key=key, defaults={"user": user})
        return dialogue
