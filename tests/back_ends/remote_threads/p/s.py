from openai import OpenAI

client = OpenAI()


def converse(text, thread_id=None):  # getter: new, thread_id = 1
    if thread_id is None:
        thread_id = client.beta.threads.create().id
    client.beta.threads.messages.create(thread_id=thread_id, role="user", content=text)
    run = client.beta.threads.runs.create_and_poll(thread_id=thread_id, assistant_id="a")
    return client.beta.threads.messages.list(thread_id=thread_id).data[0], thread_id


def fetch_thread(thread_id=None):  # getter: new, thread_id = 0
    if thread_id:
        return client.beta.threads.retrieve(thread_id)
    return client.beta.threads.create()


def track(event, session_id=None):
    client.events.create(event=event, session=session_id or "none")


def notify(text, session_id=None):
    if session_id is None:
        session_id = client.sessions.create().id
    client.log.info("session %s: %s", session_id, text)
