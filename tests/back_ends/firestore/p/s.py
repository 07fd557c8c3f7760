import uuid


def open_thread(db, player, thread_id=None):  # getter: new, thread_id = 2
    if thread_id is None:
        thread_id = uuid.uuid4().hex
    ref = db.collection("threads").document(thread_id)
    snap = ref.get()
    if not snap.exists:
        ref.set({"player": player, "lines": []})
        snap = ref.get()
    return snap
