"""Every Python SDK, with nothing changed but its base URL and key, through the relay to the mock provider.

The checks are those of sdks.test.mjs. A new SDK is one more class in CLIENTS.
"""

import json
import os
import ssl
import time
from collections.abc import Callable, Generator
from contextlib import closing
from threading import Timer
from typing import Any, ClassVar, NamedTuple, Protocol

import anthropic
import cohere
import groq
import httpx
import httpx2
import openai
import pytest
from cohere.core.api_error import ApiError
from google import genai
from google.genai.errors import APIError, ClientError
from google.genai.types import HttpOptions
from huggingface_hub import InferenceClient
from huggingface_hub.errors import HfHubHTTPError
from mistralai.client import Mistral
from mistralai.client.errors import MistralError

import providers
from canary import sighting
from sealing.tokens import DAY, PREVIOUS, SEALED, sealed
from servers import Mock, Relay

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "true"  # else it asks for a list of prices when it is imported
import litellm

litellm.suppress_debug_info = True

pytestmark = pytest.mark.filterwarnings("ignore:Item.* on TypedDict class:UserWarning")  # of LiteLLM's own types


class Reported(NamedTuple):
    """What an app finds in an error."""

    status: int
    message: str


class Client(Protocol):
    provider: str
    error: type[Exception]  # the SDK's own class

    def __init__(self, root: str, key: str | None) -> None:
        """`root` stands for the provider's host; without a key, the SDK asks without one."""

    def chat(self, text: str) -> str:
        """One question, the whole answer."""

    def stream(self, text: str) -> Generator[str | None]:
        """One question, the answer in pieces; some may be empty. Closing it ends the request as the SDK wants it ended."""

    @staticmethod
    def reported(error: Any) -> Reported: ...

    @staticmethod
    def is_key_error(error: Any) -> bool:
        """Whether it is what the SDK raises for a bad key, so that an app asks its user for another one."""


class OpenAIClient:
    provider = "openai"
    error: type[Exception] = openai.APIStatusError
    sdk: Callable[..., Any] = openai.OpenAI
    path = "/v1"

    def __init__(self, root: str, key: str | None) -> None:
        # The SDK insists on a key; an empty header in its place is none.
        headers = None if key else {"Authorization": ""}
        self._client = type(self).sdk(base_url=root + self.path, api_key=key or "none", default_headers=headers)

    def _create(self, text: str, **options: Any) -> Any:
        return self._client.chat.completions.create(model="some-model", messages=[{"role": "user", "content": text}], **options)

    def chat(self, text: str) -> str:
        return self._create(text).choices[0].message.content

    def stream(self, text: str) -> Generator[str | None]:
        with self._create(text, stream=True) as chunks:
            yield from (chunk.choices[0].delta.content for chunk in chunks)

    @staticmethod
    def reported(error: Any) -> Reported:
        return Reported(error.status_code, error.message.removeprefix(f"Error code: {error.status_code} - "))

    @staticmethod
    def is_key_error(error: Any) -> bool:
        return isinstance(error, openai.AuthenticationError)


class AnthropicClient:
    provider = "anthropic"
    error = anthropic.APIStatusError

    def __init__(self, root: str, key: str | None) -> None:
        omit = None if key else {"Authorization": anthropic.Omit()}
        self._client = anthropic.Anthropic(base_url=root, api_key=key, default_headers=omit)

    def _request(self, text: str) -> dict[str, Any]:
        return {"model": "claude-haiku-4-5", "max_tokens": 100, "messages": [{"role": "user", "content": text}]}

    def chat(self, text: str) -> str:
        return self._client.messages.create(**self._request(text)).content[0].text

    def stream(self, text: str) -> Generator[str | None]:
        with self._client.messages.stream(**self._request(text)) as stream:
            yield from stream.text_stream

    @staticmethod
    def reported(error: Any) -> Reported:
        return Reported(error.status_code, error.body["error"]["message"])  # its own message is the whole body

    @staticmethod
    def is_key_error(error: Any) -> bool:
        return isinstance(error, anthropic.AuthenticationError)


class GoogleClient:
    provider = "google"
    error = APIError

    def __init__(self, root: str, key: str | None) -> None:
        options = HttpOptions(base_url=root, headers=None if key else {"x-goog-api-key": ""})  # as with OpenAI's
        self._client = genai.Client(api_key=key or "none", http_options=options)

    def chat(self, text: str) -> str:
        return self._client.models.generate_content(model="gemini-2.5-flash", contents=text).text

    def stream(self, text: str) -> Generator[str | None]:
        with closing(self._client.models.generate_content_stream(model="gemini-2.5-flash", contents=text)) as chunks:
            yield from (chunk.text for chunk in chunks)

    @staticmethod
    def reported(error: Any) -> Reported:
        return Reported(error.code, error.message)

    @staticmethod
    def is_key_error(error: Any) -> bool:
        # It has no authentication error: Google's answer to a bad key is one 400 among others, known by its reason.
        details = error.details["error"].get("details", [])
        return isinstance(error, ClientError) and error.code == 400 and "API_KEY_INVALID" in [each.get("reason") for each in details]


class MistralClient:
    provider = "mistral"
    error = MistralError

    def __init__(self, root: str, key: str | None) -> None:
        self._chat = Mistral(server_url=root, api_key=key).chat

    def _request(self, text: str) -> dict[str, Any]:
        return {"model": "mistral-small-latest", "messages": [{"role": "user", "content": text}]}

    def chat(self, text: str) -> str:
        return self._chat.complete(**self._request(text)).choices[0].message.content

    def stream(self, text: str) -> Generator[str | None]:
        with self._chat.stream(**self._request(text)) as events:
            yield from (event.data.choices[0].delta.content for event in events)

    @staticmethod
    def reported(error: Any) -> Reported:
        said = json.loads(error.body)
        return Reported(error.status_code, said.get("message") or said["detail"])  # `detail` is Mistral's own word about a bad key

    @staticmethod
    def is_key_error(error: Any) -> bool:
        return error.status_code == 401


class GroqClient(OpenAIClient):
    provider = "groq"
    error = groq.APIStatusError
    sdk = groq.Groq
    path = ""

    @staticmethod
    def reported(error: Any) -> Reported:
        return Reported(error.status_code, error.body["error"]["message"])

    @staticmethod
    def is_key_error(error: Any) -> bool:
        return isinstance(error, groq.AuthenticationError)


class CohereClient:
    provider = "cohere"
    error = ApiError

    def __init__(self, root: str, key: str | None) -> None:
        self._client = cohere.ClientV2(base_url=root, api_key=key or "")

    def _request(self, text: str) -> dict[str, Any]:
        return {"model": "some-model", "messages": [{"role": "user", "content": text}]}

    def chat(self, text: str) -> str:
        return self._client.chat(**self._request(text)).message.content[0].text

    def stream(self, text: str) -> Generator[str | None]:
        with closing(self._client.chat_stream(**self._request(text))) as events:
            yield from (event.delta.message.content.text for event in events if event.type == "content-delta")

    @staticmethod
    def reported(error: Any) -> Reported:
        return Reported(error.status_code, error.body["message"])

    @staticmethod
    def is_key_error(error: Any) -> bool:
        return isinstance(error, cohere.UnauthorizedError)


class HuggingFaceClient:
    provider = "huggingface"
    error = HfHubHTTPError

    def __init__(self, root: str, key: str | None) -> None:
        self._client = InferenceClient(base_url=f"{root}/v1", token=key or "")

    def _create(self, text: str, **options: Any) -> Any:
        return self._client.chat_completion([{"role": "user", "content": text}], model="some-model", **options)

    def chat(self, text: str) -> str:
        return self._create(text).choices[0].message.content

    def stream(self, text: str) -> Generator[str | None]:
        with closing(self._create(text, stream=True)) as chunks:
            yield from (chunk.choices[0].delta.content for chunk in chunks)

    @staticmethod
    def reported(error: Any) -> Reported:
        body = error.response.json()  # its own message is the whole body
        return Reported(error.response.status_code, body.get("message") or body["error"])

    @staticmethod
    def is_key_error(error: Any) -> bool:
        return error.response.status_code == 401


class LiteLLMClient:
    """One SDK for all providers; which one it asks is a part of the model's name. Its base URLs are not always those of other SDKs."""

    provider: str
    error = openai.APIStatusError
    model: str
    path: str
    options: ClassVar[dict[str, str]] = {}
    cannot: ClassVar[tuple[str, ...]] = ("ask without a key",)

    def __init__(self, root: str, key: str | None) -> None:
        self._options = {"api_base": root + self.path, "api_key": key, **self.options}

    def _create(self, text: str, **more: Any) -> Any:
        return litellm.completion(self.model, [{"role": "user", "content": text}], **self._options, **more)

    def chat(self, text: str) -> str:
        return self._create(text).choices[0].message.content

    def stream(self, text: str) -> Generator[str | None]:
        chunks = self._create(text, stream=True)
        try:
            yield from (chunk.choices[0].delta.content for chunk in chunks)
        finally:
            if chunks.completion_stream:
                chunks.completion_stream.close()

    @staticmethod
    def reported(error: Any) -> Reported:
        said = error.message.partition(" - ")[2]
        if said.startswith("{"):  # the whole body
            body = json.loads(said)
            error_of_provider = body.get("error")
            said = (
                body.get("message")
                or body.get("detail")
                or (error_of_provider if isinstance(error_of_provider, str) else error_of_provider["message"])
            )
        return Reported(error.status_code, said)

    @staticmethod
    def is_key_error(error: Any) -> bool:
        return isinstance(error, litellm.AuthenticationError)


def is_xai_key_error(error: Any) -> bool:
    """xAI's answer to a bad key is one 400 among others, known by its words."""
    return isinstance(error, litellm.BadRequestError) and " key" in error.message


def through_litellm(provider: str, model: str, path: str = "", **more: Any) -> type[LiteLLMClient]:
    return type(f"LiteLLM[{provider}]", (LiteLLMClient,), {"provider": provider, "model": model, "path": path, **more})


CLIENTS: list[type[Client]] = [
    OpenAIClient,
    AnthropicClient,
    GoogleClient,
    MistralClient,
    GroqClient,
    CohereClient,
    HuggingFaceClient,
    through_litellm("openai", "openai/some-model", "/v1"),
    through_litellm("anthropic", "anthropic/some-model"),
    # It makes an error of its own, with 401, of Google's 400.
    through_litellm("google", "gemini/some-model", "/v1beta", cannot=("ask without a key", "end a stream"), bad_key_status=401),
    through_litellm("mistral", "mistral/some-model", "/v1"),
    through_litellm("groq", "groq/some-model", "/openai/v1"),
    through_litellm("openrouter", "openrouter/some-model", "/api/v1"),
    through_litellm("deepseek", "deepseek/some-model"),
    through_litellm("xai", "xai/some-model", "/v1", is_key_error=staticmethod(is_xai_key_error)),
    through_litellm("together", "together_ai/some-model", "/v1"),
    through_litellm("fireworks", "fireworks_ai/some-model", "/inference/v1"),
    through_litellm("cohere", "cohere_chat/some-model", "/v2/chat", cannot=("ask without a key", "stream", "end a stream")),
    through_litellm("perplexity", "perplexity/some-model"),
    through_litellm("cerebras", "cerebras/some-model", "/v1"),
    through_litellm("azure", "azure/some-model", "/my-resource", options={"api_version": "2024-10-21"}),
]


# What the mock's providers say of a request they cannot read, the others as OpenAI.
BAD_REQUEST = {
    "openai": "Missing required parameter: 'messages'.",
    "anthropic": "max_tokens: Field required",
    "google": "contents is not specified",
    "mistral": "Bad request.",
}

QUESTION = "Grüße, 世界"


@pytest.fixture(autouse=True)
def _no_authorities(monkeypatch: pytest.MonkeyPatch) -> None:
    """No SDK speaks TLS here, and each new one would read the list of all authorities, which takes longer than all that it is asked."""
    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", lambda *_, **__: None)


@pytest.fixture(params=CLIENTS, ids=lambda client: client.__name__)
def client(request: pytest.FixtureRequest) -> type[Client]:
    return request.param


@pytest.fixture(params=["workerd", "server"])
def runtime(request: pytest.FixtureRequest) -> str:
    """One of each boundary."""
    return request.param


@pytest.fixture
def settings() -> dict[str, str]:
    return SEALED


@pytest.fixture
def root(relay: Relay, client: type[Client]) -> str:
    return f"{relay.url}/{client.provider}"


@pytest.fixture
def key(client: type[Client], new_key: Callable[[str], str]) -> str:
    return new_key(client.provider)


@pytest.fixture
def answer(client: type[Client]) -> str:
    return f"Hello from the mock {client.provider}! You said: {QUESTION}. 🙂"


def can(client: type[Client], what: str) -> bool:
    return what not in getattr(client, "cannot", ())


def those_that_can(what: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("client", [one for one in CLIENTS if can(one, what)], ids=lambda client: client.__name__)


def test_gets_an_answer(client, root, key, answer):
    assert client(root, key).chat(QUESTION) == answer


@those_that_can("stream")
def test_reads_the_first_piece_of_a_stream_before_the_provider_has_sent_the_second(client, root, key, answer, mock: Mock):
    mock.script(key, hold=True)
    connection = client(root, key)
    pieces = filter(None, connection.stream(QUESTION))

    give_up = Timer(10, release_all, [mock, key])  # a relay that holds the stream back fails the test, it does not hang it
    give_up.start()
    first = next(pieces)
    give_up.cancel()
    assert answer.startswith(first)
    assert first != answer
    assert [request["state"] for request in mock.seen(key)] == ["open"]

    release_all(mock, key)
    assert first + "".join(pieces) == answer


@those_that_can("end a stream")
def test_ends_the_providers_stream_when_the_app_stops_reading(client, root, key, mock: Mock):
    mock.script(key, hold=True)
    connection = client(root, key)
    pieces = connection.stream(QUESTION)
    next(filter(None, pieces))
    pieces.close()
    mock.wait_until_let_go(key)


def release_all(mock: Mock, key: str) -> None:
    for _ in range(40):  # more than any answer of the mock has chunks
        mock.release(key)


def test_reports_the_providers_error_with_its_status_and_message(client, root, key, mock: Mock):
    mock.script(key, error="bad_request")
    with pytest.raises(client.error) as raised:
        client(root, key).chat(QUESTION)
    status, message = client.reported(raised.value)
    assert status == 400
    assert not client.is_key_error(raised.value)
    assert BAD_REQUEST.get(client.provider, BAD_REQUEST["openai"]) in message
    assert sighting(repr(raised.value)) is None


# The keys that a relay refuses, each by the code of its refusal. `sealed_as` is the provider's name in sealed keys.
BAD_KEYS: dict[str, Callable[[str, str], str | None]] = {
    "missing_key": lambda provider, sealed_as: None,
    "key_malformed": lambda provider, sealed_as: f"{providers.new_key(provider)} {providers.new_key(provider)}",
    "key_wrong_provider": lambda provider, sealed_as: providers.new_key("anthropic" if provider == "google" else "google"),
    # Only opening it shows that it was sealed for another key of the relay's.
    "sealed_key_invalid": lambda provider, sealed_as: sealed(providers.new_key(provider), sealed_as, (), PREVIOUS, kid="current"),
    "sealed_key_expired": lambda provider, sealed_as: sealed(providers.new_key(provider), sealed_as, (), iat=-2 * DAY, exp=-DAY),
}


CASES_OF_BAD_KEYS = [(code, one) for code in BAD_KEYS for one in CLIENTS if code != "missing_key" or can(one, "ask without a key")]


@pytest.mark.parametrize(("code", "client"), CASES_OF_BAD_KEYS, ids=[f"{code}-{one.__name__}" for code, one in CASES_OF_BAD_KEYS])
def test_raises_for_a_bad_key_what_the_providers_answer_to_a_wrong_one_makes_it_raise_and_does_not_retry(
    code, client, relay: Relay, root, mock: Mock, key, sent, monkeypatch
):
    status = getattr(client, "bad_key_status", providers.bad_key_status(client.provider))
    monkeypatch.delenv("MISTRAL_API_KEY", raising=False)  # its SDK would take the developer's own
    mock.script(f"{key}invalid", direct=True)
    expected = raised_by(client(f"{mock.url}/{client.provider}", f"{key}invalid"))
    assert client.is_key_error(expected)
    assert client.reported(expected).status == status

    bad_key = BAD_KEYS[code](client.provider, sealed_as(relay, client.provider))
    words = words_of(relay, client.provider, code, bad_key)
    del sent[:]
    error = raised_by(client(root, bad_key))
    assert len(sent) == 1
    assert type(error) is type(expected)
    assert client.is_key_error(error)
    assert client.reported(error) == (status, words)
    assert sighting(repr(error)) is None


def raised_by(connection: Client) -> Exception:
    with pytest.raises(connection.error) as raised:
        connection.chat(QUESTION)
    return raised.value


def sealed_as(relay: Relay, provider: str) -> str:
    described = relay.ask("GET", "/.well-known/byok-relay").json()["providers"]
    return next(str(one["sealed_as"]) for one in described if one["id"] == provider)


def words_of(relay: Relay, provider: str, code: str, key: str | None) -> str:
    """What the relay says to the same request when no SDK sends it."""
    answer = relay.ask("POST", providers.ASKED[provider], {"X-API-Key": key} if key else {})
    assert answer.code == code
    return str(answer.json()["message"])


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The requests that an SDK has sent: all of them do so by one of these transports."""
    requests: list[Any] = []

    def noted(send: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        def note(transport: Any, request: Any) -> Any:
            requests.append(request)
            return send(transport, request)

        return note

    for transport in (httpx.HTTPTransport, httpx2.HTTPTransport):
        monkeypatch.setattr(transport, "handle_request", noted(transport.handle_request))
    return requests


def test_the_providers_retry_after_reaches_an_sdk_that_does_not_retry(relay: Relay, mock: Mock, new_key):
    key = new_key("openai")
    mock.script(key, error="rate_limit")
    client = openai.OpenAI(base_url=f"{relay.url}/openai/v1", api_key=key, max_retries=0)
    with pytest.raises(openai.RateLimitError, match="Rate limit reached") as raised:
        client.chat.completions.create(model="gpt-5-mini", messages=[])
    assert raised.value.response.headers["retry-after"] == "3"
    assert len(mock.seen(key)) == 1


class TestARelayThatLimits:
    """A request every two seconds, so that the next one must wait for one or two."""

    @pytest.fixture
    def settings(self) -> dict[str, str]:
        return {"RATE_LIMIT_PER_MINUTE": "30"}

    @pytest.fixture
    def limited(self, relay: Relay, key: str, client: type[Client], sent) -> tuple[Client, float]:
        """A client whose key has had its requests, and the time."""
        connection = client(f"{relay.url}/{client.provider}", key)
        while relay.ask("POST", providers.ASKED[client.provider], {"X-API-Key": key}, b"{}").code != "rate_limited":
            pass
        del sent[:]
        return connection, time.time()

    @pytest.mark.parametrize("client", [OpenAIClient, AnthropicClient, GroqClient, CohereClient], ids=lambda client: client.__name__)
    def test_is_asked_again_when_it_has_said_and_then_answers(self, limited, key, answer, sent, mock: Mock):
        connection, begun = limited
        assert connection.chat(QUESTION) == answer
        assert len(sent) == 2
        assert mock.seen(key)[-1]["at"] / 1000 >= begun + 1

    @pytest.mark.parametrize("client", [GoogleClient, MistralClient], ids=lambda client: client.__name__)
    def test_is_not_asked_again_by_an_sdk_that_never_does(self, client, limited, sent):
        connection, _ = limited
        assert client.reported(raised_by(connection)).status == 429
        assert len(sent) == 1
