import uuid
from .models import Dialogue


def post(request):
    key = request.POST.get("key", uuid.uuid4().hex)
    dialogue = Dialogue.for_user(request.user, key)
    dialogue.messages.create(text=request.POST["text"])


def get_profile(user_id=None):
    from .models import Profile
    profile, created = Profile.objects.get_or_create(user_id=user_id)
    return profile
