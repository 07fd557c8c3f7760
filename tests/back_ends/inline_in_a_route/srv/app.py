import uuid
from flask import Flask, request, jsonify

app = Flask(__name__)
conversations = {}


@app.post("/chat")
def chat():
    data = request.get_json()
    cid = data.get("conversation_id") or str(uuid.uuid4())
    history = conversations.setdefault(cid, [])
    history.append(data["message"])
    return jsonify({"reply": "x", "conversation_id": cid})
