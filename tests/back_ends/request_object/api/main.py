from uuid import uuid4
from fastapi import FastAPI
from .schemas import Ask
from .service import AssistantService

app = FastAPI()
service = AssistantService()


@app.post("/ask")
def ask(text: str, user: str):
    return service.answer(Ask(text=text, user=user, conversation_id=str(uuid4())))
