"""Agent runs over a WebSocket. It needs FastAPI, which the demo does without."""

from __future__ import annotations

from fastapi import Request, WebSocket

from app.supervisor import get_request_scoped_supervisor


async def handle_agent_messages(websocket: WebSocket, user_id: str) -> None:
    """Run each task that the user sends."""
    await websocket.accept()
    async for task in websocket.iter_text():
        # The supervisor needs a request, and a WebSocket has none.
        mock_request = Request({"type": "websocket", "headers": []}, receive=None, send=None)
        supervisor = await get_request_scoped_supervisor(request=mock_request, user_id=user_id)
        await websocket.send_text(await supervisor.run(task))
