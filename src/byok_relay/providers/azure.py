"""Azure OpenAI. The customer's resource is a part of the host name, so a path begins with it: /azure/{resource}/openai/…

Endpoints: azure.ts of openai-node, the AI SDK's provider. Keys go into `api-key`, also those that OpenAI's own SDK sends as Bearer; a token
of Microsoft Entra ID is a Bearer token. Away from Azure's host the AI SDK leaves the version to the base URL.
"""

from ..carriers import API_KEY
from .compatible import get, openai, post
from .provider import Keys, Provider, Surface

AZURE = Provider(
    id="azure",
    name="Azure OpenAI",
    base_url="https://{resource}.openai.azure.com",
    surfaces=(
        Surface(
            (API_KEY,),
            (
                *post(
                    "/openai/deployments/{model}",
                    "chat/completions completions embeddings images/generations images/edits audio/transcriptions audio/translations"
                    " audio/speech",
                ),
                *openai(
                    "/openai/v1",
                    "chat/completions responses completions embeddings images/generations images/edits audio/transcriptions"
                    " audio/translations audio/speech",
                ),
                *post("/openai", "responses"),  # with `api-version`, before /v1 came
            ),
        ),
        # openai-node's azure.ts: with `model`, or with `api-version` and `deployment`. Pages cannot send the header that it takes.
        Surface((API_KEY,), (*get("/openai/v1", "realtime"), *get("/openai", "realtime")), "realtime"),
    ),
    keys=Keys(
        looks_like="32 hexadecimal digits, or 84 letters and digits",
        url="https://portal.azure.com",
        characters="A-Za-z0-9._-",
        bearer_prefixes=("eyJ",),  # a JSON Web Token: RFC 7519 section 3
    ),
    resource="(?!..--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?",
    parameters=frozenset({"api-version", "call_id", "deployment", "intent", "model"}),
    answer_headers=frozenset("apim-request-id azureml-model-session operation-location".split()),
    answer_families=("x-ms-",),
    sdk_base_paths={"openai": "/openai/v1", "openai (AzureOpenAI)": "/openai", "@ai-sdk/azure": "/openai/v1"},
    model="gpt-5-mini",
)
ENTRIES = (AZURE,)
