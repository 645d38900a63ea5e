"""Google Gemini (generativelanguage.googleapis.com). Endpoints: js-genai's API client and the public REST reference.

Parameters: https://cloud.google.com/apis/docs/system-parameters. `$httpMethod` and `$httpHeaders` would change the matched request,
`callback` and `$ct` would turn the answer into a script. So the list leaves them out.
"""

from ..carriers import BEARER, X_GOOG_API_KEY
from .provider import Keys, Provider, Surface

_MODEL_ACTIONS = ("generateContent", "streamGenerateContent", "countTokens", "embedContent", "batchEmbedContents", "predict")

GOOGLE = Provider(
    id="google",
    name="Google Gemini",
    base_url="https://generativelanguage.googleapis.com",
    aliases=("gemini", "generativelanguage", "google-ai-studio"),
    surfaces=(
        Surface(
            carriers=(X_GOOG_API_KEY,),
            routes=(
                *(f"POST /{{version}}/models/{{model}}:{action}" for action in _MODEL_ACTIONS),
                "POST /{version}/tunedModels/{model}:generateContent",
                "POST /{version}/tunedModels/{model}:streamGenerateContent",
                "GET /{version}/models",
                "GET /{version}/models/{model}",
                "POST /v1beta/interactions",
                "GET /v1beta/interactions/{id}",
                "POST /v1beta/interactions/{id}/cancel",
            ),
        ),
        Surface(  # OpenAI-compatible; refuses x-goog-api-key beside or instead of Bearer
            carriers=(BEARER,),
            routes=(
                "POST /v1beta/openai/chat/completions",
                "POST /v1beta/openai/embeddings",
                "POST /v1beta/openai/images/generations",
                "GET /v1beta/openai/models",
                "GET /v1beta/openai/models/{model}",
                "GET /v1beta/openai/models/models%2F{model}",  # models/gemini-2.5-flash, as the list names it
            ),
        ),
    ),
    keys=Keys(
        looks_like="AIza… or AQ.…",
        url="https://aistudio.google.com/apikey",
        prefixes=("AIza", "AQ.", "ya29."),
        characters="A-Za-z0-9._-",
        unique_prefixes=("AIza", "AQ.", "ya29."),
        refused_prefixes=("GOCSPX-", "1//0"),  # OAuth client secrets, refresh tokens
        bearer_prefixes=("ya29.",),  # OAuth access tokens
    ),
    key_parameter=True,
    parameters=frozenset(
        "alt $alt enum-encoding fields $fields include_input last_event_id pageSize pageToken page_size page_token prettyPrint $prettyPrint"
        " stream updateMask".split()
    ),
    headers=frozenset("x-goog-api-client x-goog-fieldmask x-goog-user-project x-server-timeout api-revision".split()),
    answer_headers=frozenset({"x-gemini-service-tier"}),
    bad_key_status=400,  # and this reason: https://ai.google.dev/gemini-api/docs/troubleshooting
    bad_key_details=(
        {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID", "domain": "googleapis.com", "metadata": {}},
    ),
    sdk_base_paths={
        "@google/genai": "",
        "@google/generative-ai": "",
        "@ai-sdk/google": "/v1beta",
        "@langchain/google-genai": "",
        "openai": "/v1beta/openai",
    },
)
