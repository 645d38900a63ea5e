"""What many attacks say: paths, header lines and keys. `{key}` and `{mark}` in them are explained in attack.py."""

from providers import CHAT

OPENAI_CHAT, ANTHROPIC, GEMINI, MISTRAL_CHAT = (CHAT[provider] for provider in ("openai", "anthropic", "google", "mistral"))
GEMINI_AS_OPENAI = "/google/v1beta/openai/chat/completions"
ACME_CHAT = "/acme/v1/chat/completions"  # of a custom provider
LOCAL_CHAT = "/acme-local/v1/chat/completions"  # of one whose keys may be short
BARE = "/v1/chat/completions"
MODELS = "/openai/v1/models"

# Every header that may bring a key.
CARRIED = ["Authorization: Bearer {key}", "X-API-Key: {key}", "X-Goog-API-Key: {key}", "api-key: {key}", "xi-api-key: {key}"]
BEARER, OWN, GOOGLES, *_ = CARRIED

NOBODYS = "no-vendors-{mark}"  # a key of which only its carrier tells that it is one
LOSING = [line.replace("{key}", NOBODYS) for line in CARRIED if line != OWN]  # beside a key in X-API-Key

PAGE = "https://app.example"  # the origin of an app that may use the relay under every setting here
FROM_PAGE = f"Origin: {PAGE}"
