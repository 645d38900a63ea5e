"""Keys of another vendor, and keys that are for more than asking a model. Neither is sent to anybody."""

from attacks.attack import FROM_PAGE, OPENAI_CHAT, Attack, get, post, refused

MISTRAL_CHAT = "/mistral/v1/chat/completions"  # of a provider whose keys have no beginning of their own: any key could be one of its

# Sent to Mistral. What people cut out along with a key hides it from nobody.
ANOTHERS = {
    "Anthropic's": "sk-ant-api03-{mark}",
    "Anthropic's OAuth token": "sk-ant-oat01-{mark}",
    "Google's": "AIza{mark}",
    "Google's newer": "AQ.{mark}",
    "Google's OAuth token": "ya29.{mark}",
    "OpenAI's": "sk-proj-{mark}",
    "OpenAI's, of a service account": "sk-svcacct-{mark}",
    "OpenAI's, for a session": "ek_{mark}",
    "OpenAI's, without a telling beginning": "sk-{mark}T3BlbkFJ{mark}",
    "OpenRouter's": "sk-or-v1-{mark}",
    "Groq's": "gsk_{mark}",
    "xAI's": "xai-{mark}",
    "Hugging Face's": "hf_{mark}",
    "NVIDIA's": "nvapi-{mark}",
    "Perplexity's": "pplx-{mark}",
    "Replicate's": "r8_{mark}",
    "GitHub's": "ghp_{mark}",
    "GitHub's, fine-grained": "github_pat_{mark}",
    "AWS's": "AKIA{mark}",
    "Slack's": "xoxb-{mark}",
    "Stripe's, for tests": "sk_test_{mark}",
    "SendGrid's": "SG.{mark}",
    "in double quotes": '"sk-ant-api03-{mark}"',
    "in single quotes": "'sk-ant-api03-{mark}'",
    "in backquotes": "`sk-ant-api03-{mark}`",
    "in escaped quotes": '\\"sk-ant-api03-{mark}\\"',
    "in angle brackets": "<sk-ant-api03-{mark}>",
    "in brackets": "[sk-ant-api03-{mark}]",
    "in an object": '{"key":"sk-ant-api03-{mark}"}',
    "as a line of .env": "ANTHROPIC_API_KEY=sk-ant-api03-{mark}",
    "as a header": "x-api-key:sk-ant-api03-{mark}",
    "in a query": "https://api.example/v1?key=AIza{mark}",
    "in bold": "**sk-ant-api03-{mark}**",
    "in a column of a table": "|sk-ant-api03-{mark}|",
    "as a quotation": ">sk-ant-api03-{mark}",
    "as the second parameter of a query": "a=b&sk-ant-api03-{mark}",
    "as the last part of a path": "https://api.example/sk-ant-api03-{mark}",
    "behind a statement": "x;sk-ant-api03-{mark}",
}

# Keys that manage an account or move money -> at whose path.
REFUSED = {
    "OpenAI's admin key": ("sk-admin-{mark}", OPENAI_CHAT),
    "OpenAI's admin key, elsewhere": ("sk-admin-{mark}", MISTRAL_CHAT),
    "Anthropic's admin key": ("sk-ant-admin01-{mark}", "/anthropic/v1/messages"),
    "Stripe's live key": ("sk_live_{mark}", OPENAI_CHAT),
    "Stripe's live restricted key": ("rk_live_{mark}", MISTRAL_CHAT),
    "a live key of the next kind": ("sk_prod_{mark}", MISTRAL_CHAT),
    "an admin key in quotes": ('"sk-admin-{mark}"', OPENAI_CHAT),
    "an admin key as a line of .env": ("OPENAI_ADMIN_KEY=sk-admin-{mark}", OPENAI_CHAT),
    "an admin key in bold": ("**sk-admin-{mark}**", MISTRAL_CHAT),
}

ATTACKS = [
    *(Attack(name, post(MISTRAL_CHAT, f"Authorization: Bearer {key}"), refused("key_wrong_provider")) for name, key in ANOTHERS.items()),
    Attack(
        "where forms are not checked",
        post(OPENAI_CHAT, FROM_PAGE, "Authorization: Bearer gsk_{mark}"),
        refused("key_wrong_provider"),
        "listed",
    ),
    Attack("on a path of nobody's", get("/v1/models", "Authorization: Bearer gsk_{mark}"), refused("key_wrong_provider")),
    *(Attack(name, post(path, f"Authorization: Bearer {key}"), refused("key_refused")) for name, (key, path) in REFUSED.items()),
    Attack(
        "an admin key where forms are not checked",
        post(OPENAI_CHAT, FROM_PAGE, "Authorization: Bearer sk-admin-{mark}"),
        refused("key_refused"),
        "listed",
    ),
]
