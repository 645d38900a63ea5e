"""Keys of another vendor, and keys that are for more than asking a model. Neither is sent to anybody."""

from attacks.attack import Attack, get, post, refused, relayed
from attacks.words import ACME_CHAT, ANTHROPIC, FROM_PAGE, GEMINI, MISTRAL_CHAT, OPENAI_CHAT, OWN

# Sent to Mistral, whose keys have no beginning of their own, and to a custom provider. What people cut out along with a key does not
# hide it.
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
    "Stripe's live restricted key": "rk_live_{mark}",
    "Groq's": "gsk_{mark}",
    "xAI's": "xai-{mark}",
    "Hugging Face's": "hf_{mark}",
    "NVIDIA's": "nvapi-{mark}",
    "Perplexity's": "pplx-{mark}",
    "Replicate's": "r8_{mark}",
    "GitHub's": "ghp_{mark}",
    "GitHub's, fine-grained": "github_pat_{mark}",
    "AWS's": "AKIA{mark}",
    "AWS's, for a session": "ASIA{mark}",
    "GitLab's": "glpat-{mark}",
    "Vault's": "hvs.{mark}",
    "npm's": "npm_{mark}",
    "PyPI's": "pypi-{mark}",
    "Atlassian's": "ATATT3x{mark}",
    "DigitalOcean's": "dop_v1_{mark}",
    "Notion's": "ntn_{mark}",
    "Shopify's": "shpat_{mark}",
    "Slack's": "xoxb-{mark}",
    "Slack's, of an app": "xapp-{mark}",
    "Stripe's, for tests": "sk_test_{mark}",
    "SendGrid's": "SG.{mark}",
    "behind a word": "key-sk-ant-api03-{mark}",
    "in italics": "_sk-ant-api03-{mark}_",
    "behind a dot": "anthropic.sk-ant-api03-{mark}",
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
    "Anthropic's admin key": ("sk-ant-admin01-{mark}", ANTHROPIC),
    "Anthropic's session cookie": ("sk-ant-sid01-{mark}", ANTHROPIC),
    "Anthropic's session cookie, as a cookie": ("sessionKey=sk-ant-sid01-{mark}", OPENAI_CHAT),
    "Anthropic's refresh token": ("sk-ant-ort01-{mark}", ANTHROPIC),
    "Anthropic's refresh token, elsewhere": ("sk-ant-ort01-{mark}", MISTRAL_CHAT),
    "Google's client secret": ("GOCSPX-{mark}", GEMINI),
    "Google's client secret, elsewhere": ("GOCSPX-{mark}", MISTRAL_CHAT),
    "Stripe's live key of an organization": ("sk_org_live_{mark}", MISTRAL_CHAT),
    "Stripe's webhook secret": ("whsec_{mark}", MISTRAL_CHAT),
    "an admin key behind a word": ("key-sk-admin-{mark}", OPENAI_CHAT),
    "an admin key in italics": ("_sk-admin-{mark}_", MISTRAL_CHAT),
    "an admin key at a custom provider": ("sk-admin-{mark}", ACME_CHAT),
    "Stripe's live key": ("sk_live_{mark}", OPENAI_CHAT),
    "a live key of the next kind": ("sk_prod_{mark}", MISTRAL_CHAT),
    "an admin key in quotes": ('"sk-admin-{mark}"', OPENAI_CHAT),
    "an admin key as a line of .env": ("OPENAI_ADMIN_KEY=sk-admin-{mark}", OPENAI_CHAT),
    "an admin key in bold": ("**sk-admin-{mark}**", MISTRAL_CHAT),
}

ATTACKS = [
    *(
        Attack(f"{name}{where}", post(path, f"Authorization: Bearer {key}"), refused("key_wrong_provider"), "custom")
        for name, key in ANOTHERS.items()
        for where, path in {"": MISTRAL_CHAT, ", at a custom provider": ACME_CHAT}.items()
    ),
    *(Attack(name, post(path, f"Authorization: Bearer {key}"), refused("key_refused"), "custom") for name, (key, path) in REFUSED.items()),
    *(
        Attack(f"at Google, {name}", post(GEMINI, f"X-API-Key: {key}"), refused("key_wrong_provider", "google"))
        for name, key in {"OpenAI's": "sk-proj-{mark}", "GitHub's": "ghp_{mark}"}.items()
    ),
    Attack(
        "where forms are not checked",
        post(OPENAI_CHAT, FROM_PAGE, "Authorization: Bearer ghp_{mark}"),
        refused("key_wrong_provider"),
        "listed",
    ),
    Attack(
        "an admin key where forms are not checked",
        post(OPENAI_CHAT, FROM_PAGE, "Authorization: Bearer sk-admin-{mark}"),
        refused("key_refused"),
        "listed",
    ),
    Attack("on a path of nobody's", get("/v1/models", "Authorization: Bearer ghp_{mark}"), refused("key_wrong_provider")),
    Attack(
        "where a custom provider takes that vendor's keys",
        post("/acme-mistral/v1/chat/completions", OWN),
        relayed(MISTRAL_CHAT, authorization="Bearer {key}"),
        "custom",
        "mistral",
    ),
]
