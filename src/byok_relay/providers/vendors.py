"""Whose key is it? The prefixes of keys by which a vendor is known, of those that are served and of others. A key must not reach another
vendor than its own.

Sources: the rules of gitleaks and trufflehog, and the vendors' own documents on their tokens. Keys of one vendor may begin with what keys
of others have too (`sk-`; `sk_`, `re_`): such a beginning tells nothing, so it is not here but in the provider's entry.
"""

from typing import NamedTuple


class Vendor(NamedTuple):
    """A vendor of API keys. Prefixes are case-sensitive."""

    id: str  # its provider's, if it is served
    name: str
    prefixes: tuple[str, ...]  # that no other vendor's keys have
    refused: tuple[str, ...]  # of secrets that are never relayed: admin keys, payment keys, session secrets
    mark: str = ""  # a text inside many of these keys and in no other vendor's keys


def _vendor(id: str, name: str, prefixes: str = "", refused: str = "", mark: str = "") -> Vendor:
    return Vendor(id, name, tuple(prefixes.split()), tuple(refused.split()), mark)


VENDORS: tuple[Vendor, ...] = (
    # Served
    _vendor("openai", "OpenAI", "sk-proj- sk-svcacct- sk-service- ek_", "sk-admin- sess-", mark="T3BlbkFJ"),  # "OpenAI" in base64
    _vendor("anthropic", "Anthropic", "sk-ant-", "sk-ant-admin sk-ant-sid sk-ant-ort"),  # admin keys, session cookies, refresh tokens
    _vendor("google", "Google Gemini", "AIza AQ. ya29.", "GOCSPX- 1//0"),  # OAuth client secrets, refresh tokens
    _vendor("mistral", "Mistral"),
    _vendor("groq", "Groq", "gsk_"),
    _vendor("openrouter", "OpenRouter", "sk-or-"),
    _vendor("deepseek", "DeepSeek"),
    _vendor("xai", "xAI", "xai-"),
    _vendor("together", "Together AI", "tgp_v1_"),
    _vendor("fireworks", "Fireworks AI", "fw_"),
    _vendor("cohere", "Cohere"),
    _vendor("perplexity", "Perplexity", "pplx-"),
    _vendor("cerebras", "Cerebras", "csk-"),
    _vendor("sambanova", "SambaNova"),
    _vendor("nvidia", "NVIDIA", "nvapi-"),
    _vendor("huggingface", "Hugging Face", "hf_ api_org_"),
    _vendor("azure", "Azure OpenAI"),
    _vendor("moonshot", "Moonshot"),
    _vendor("zhipu", "Zhipu"),
    _vendor("dashscope", "DashScope"),
    _vendor("elevenlabs", "ElevenLabs"),
    _vendor("deepgram", "Deepgram"),
    _vendor("replicate", "Replicate", "r8_"),
    _vendor("stability", "Stability AI"),
    _vendor("github", "GitHub", "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_"),
    _vendor("notion", "Notion", "ntn_"),
    _vendor("resend", "Resend"),
    _vendor("sendgrid", "SendGrid", "SG."),
    _vendor("stripe", "Stripe", "sk_test_ rk_test_ rk_live_", "sk_live_ sk_prod_ rk_prod_ sk_org_ whsec_"),
    _vendor("twilio", "Twilio"),
    # Other vendors of models, and services whose keys people paste by mistake
    _vendor("kimi-code", "Kimi Code", "sk-kimi-"),
    _vendor("atlassian", "Atlassian", "ATATT3x"),
    _vendor("aws", "AWS", "AKIA ASIA ABSK"),
    _vendor("digitalocean", "DigitalOcean", "dop_v1_"),
    _vendor("figma", "Figma", "figd_"),
    _vendor("gitlab", "GitLab", "glpat- gldt- glrt- glptt-"),
    _vendor("hashicorp-vault", "HashiCorp Vault", "hvs. hvb."),
    _vendor("grafana", "Grafana", "glsa_"),
    _vendor("helicone", "Helicone", "sk-helicone-"),
    _vendor("langfuse", "Langfuse", "sk-lf- pk-lf-"),
    _vendor("langsmith", "LangSmith", "lsv2_"),
    _vendor("linear", "Linear", "lin_api_"),
    _vendor("npm", "npm", "npm_"),
    _vendor("pypi", "PyPI", "pypi-"),
    _vendor("shopify", "Shopify", "shpat_ shpss_"),
    _vendor("slack", "Slack", "xoxa- xoxb- xoxe. xoxp- xoxr- xoxs- xapp-"),
    _vendor("supabase", "Supabase", "sbp_ sb_secret_"),
    _vendor("tavily", "Tavily", "tvly-"),
    _vendor("vercel", "Vercel", "vck_"),
    _vendor("sentry", "Sentry", "sntrys_"),
)
