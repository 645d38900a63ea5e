"""OpenAI's Python SDK over a WebSocket, with nothing changed but its base URLs and key. Google's asks with TLS, whatever its base URL says:
see live.test.mjs for the provider's other one."""

import openai
import pytest
from websockets.exceptions import InvalidStatus

from differences import CARRIES_SOCKETS
from sealing.tokens import SEALED, sealed

pytestmark = pytest.mark.filterwarnings("ignore:connect.. must be used as a context manager:DeprecationWarning")  # of the SDK's own use


@pytest.fixture(params=CARRIES_SOCKETS)
def runtime(request):
    return request.param


@pytest.fixture
def settings():
    return SEALED


@pytest.fixture
def talk(relay):
    def talk(key: str) -> str:
        root = f"{relay.server.url}/openai/v1"
        client = openai.OpenAI(api_key=key, base_url=root, websocket_base_url=root.replace("http", "ws"))
        with client.realtime.connect(model="gpt-realtime") as connection:
            connection.session.update(session={"type": "realtime", "output_modalities": ["text"]})
            said = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Grüße"}]}
            connection.conversation.item.create(item=said)
            connection.response.create()
            return next(event.text for event in connection if event.type == "response.output_text.done")

    return talk


@pytest.mark.parametrize("travels", [lambda key: key, lambda key: sealed(key, origins=())], ids=["a key", "a sealed key"])
def test_it_talks(talk, mock, key, travels):
    assert talk(travels(key)) == "Hello from the mock! You said: Grüße"
    assert [request["violations"] for request in mock.seen(key)] == [[]]


def test_it_raises_for_a_refused_key(talk, key):
    with pytest.raises(InvalidStatus, match="401"):
        talk(f"{key}invalid")
