"""The endpoints of OpenAI's and Anthropic's APIs, which other providers have too, below a base path of their own."""


def post(base_path: str, endpoints: str) -> tuple[str, ...]:
    """Routes of these endpoints, which are parted by white space."""
    return tuple(f"POST {base_path}/{endpoint}" for endpoint in endpoints.split())


def get(base_path: str, endpoints: str) -> tuple[str, ...]:
    """The same for GET."""
    return tuple(f"GET {base_path}/{endpoint}" for endpoint in endpoints.split())


def openai(base_path: str, endpoints: str) -> tuple[str, ...]:
    """Routes of an OpenAI-compatible API: these endpoints, and its models, whose names may have slashes."""
    return post(base_path, endpoints) + get(base_path, "models models/{model_name}")


# OpenAI's own. Many model servers and gateways have the same ones. Source: openai-node's api.md.
ROUTES = openai(
    "/v1",
    """chat/completions responses responses/input_tokens responses/compact completions embeddings moderations images/generations
    images/edits images/variations audio/speech audio/transcriptions audio/translations""",
)

# Of Anthropic's API, where another provider has it. Source: anthropic-sdk-typescript's api.md.
MESSAGES = "v1/messages v1/messages/count_tokens"
ANTHROPIC_HEADERS = frozenset("anthropic-version anthropic-beta".split())

# What an OpenAI client uploads, and what becomes of it. There is no listing and no deletion. Source: openai-node's api.md.
FILES = (
    *post("/v1", "files uploads uploads/{id}/parts uploads/{id}/complete uploads/{id}/cancel"),
    *get("/v1", "files/{id} files/{id}/content"),
)
BATCHES = (*post("/v1", "batches batches/{id}/cancel"), *get("/v1", "batches/{id}"))
