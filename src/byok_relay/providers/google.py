"""Google Gemini (generativelanguage.googleapis.com). Endpoints: js-genai's API client and the public REST reference.

Parameters: https://cloud.google.com/apis/docs/system-parameters. `$httpMethod` and `$httpHeaders` would change the matched request,
`callback` and `$ct` would turn the answer into a script. So the list leaves them out.
"""

import re

from ..carriers import BEARER, X_GOOG_API_KEY
from .provider import Keys, Provider, Surface

_MODEL_ACTIONS = ("generateContent", "streamGenerateContent", "countTokens", "embedContent", "batchEmbedContents", "predict")

# The rest of an upload's URL, without a key; and where a browser sends one: a proxy that ends TLS may not have told the relay of it.
_UPLOAD = re.compile(r"(?!.*[?&]key=)[A-Za-z0-9/_.-]+(?:\?[A-Za-z0-9=&_.%-]*)?")
_SAFE = re.compile(r"https://|http://(?:localhost|127\.0\.0\.1|\[::1\])[:/]")


def _upload_through_relay(headers: dict[str, str], base_url: str, here: str) -> dict[str, str]:
    """An upload's first answer names the URL for its content. It must lead through the relay too; one elsewhere is left out.

    Source: `uploadBlobInternal` in js-genai's _cross_uploader.ts; https://ai.google.dev/gemini-api/docs/files.
    """
    url = headers.get("x-goog-upload-url")
    if url is None:
        return headers
    rest = url.removeprefix(f"{base_url}/upload/")
    others = {name: value for name, value in headers.items() if name != "x-goog-upload-url"}
    if rest == url or not _UPLOAD.fullmatch(rest) or not _SAFE.match(here):
        return others
    return {**others, "x-goog-upload-url": f"{here}/upload/{rest}"}


GOOGLE = Provider(
    id="google",
    name="Google Gemini",
    base_url="https://generativelanguage.googleapis.com",
    surfaces=(
        Surface(
            (X_GOOG_API_KEY,),
            (
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
            (BEARER,),
            (
                "POST /v1beta/openai/chat/completions",
                "POST /v1beta/openai/embeddings",
                "POST /v1beta/openai/images/generations",
                "GET /v1beta/openai/models",
                "GET /v1beta/openai/models/{model}",
                "GET /v1beta/openai/models/models%2F{model}",  # models/gemini-2.5-flash, as the list names it
            ),
        ),
        Surface(  # js-genai's live.ts; with ephemeral tokens, which need no relay, it asks for another method
            (X_GOOG_API_KEY,),
            ("GET /ws/google.ai.generativelanguage.{version}.GenerativeService.BidiGenerateContent",),
            "realtime",
        ),
        Surface(
            (X_GOOG_API_KEY,),
            ("POST /upload/{version}/files", "GET /{version}/files/{id}", "GET /{version}/files/{id}:download"),
            "files",
        ),
        Surface(
            (X_GOOG_API_KEY,),
            (
                "POST /{version}/models/{model}:batchGenerateContent",
                "POST /{version}/models/{model}:asyncBatchEmbedContent",
                "GET /{version}/batches/{id}",
                "POST /{version}/batches/{id}:cancel",
            ),
            "batches",
        ),
    ),
    keys=Keys(
        looks_like="AIza… or AQ.…",
        url="https://aistudio.google.com/apikey",
        prefixes=("AIza", "AQ.", "ya29."),
        characters="A-Za-z0-9._-",
        bearer_prefixes=("ya29.",),  # OAuth access tokens
    ),
    key_parameter=True,
    parameters=frozenset(
        "alt $alt enum-encoding fields $fields include_input last_event_id pageSize pageToken page_size page_token prettyPrint $prettyPrint"
        " stream updateMask upload_id upload_protocol".split()
    ),
    headers=frozenset(
        "x-goog-api-client x-goog-fieldmask x-goog-user-project x-server-timeout api-revision x-goog-upload-protocol x-goog-upload-command"
        " x-goog-upload-offset x-goog-upload-file-name x-goog-upload-header-content-length x-goog-upload-header-content-type".split()
    ),
    answer_headers=frozenset(
        "x-gemini-service-tier x-goog-upload-chunk-granularity x-goog-upload-size-received x-goog-upload-status x-goog-upload-url".split()
    ),
    bad_key_status=400,  # and this reason: https://ai.google.dev/gemini-api/docs/troubleshooting
    bad_key_details=(
        {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID", "domain": "googleapis.com", "metadata": {}},
        {
            "@type": "type.googleapis.com/google.rpc.LocalizedMessage",
            "locale": "en-US",
            "message": "API key not valid.",
        },  # LiteLLM looks for it
    ),
    sdk_base_paths={
        "@google/genai": "",
        "@google/generative-ai": "",
        "@ai-sdk/google": "/v1beta",
        "@langchain/google-genai": "",
        "openai": "/v1beta/openai",
    },
    model="gemini-3.5-flash-lite",
    model_members=frozenset({"model", "agent"}),
    rewrite=_upload_through_relay,
)
ENTRIES = (GOOGLE,)
