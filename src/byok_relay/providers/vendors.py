"""Vendors that are not in the table, with the prefixes of their keys. Such a key must not reach another vendor.

Sources: the rules of gitleaks and trufflehog, and the vendors' own documents on their tokens.
"""

from typing import NamedTuple

from .provider import Keys


class Vendor(NamedTuple):
    id: str
    name: str
    keys: Keys


def _vendor(name: str, unique: str, refused: str = "") -> Vendor:
    keys = Keys(unique_prefixes=tuple(unique.split()), refused_prefixes=tuple(refused.split()))
    return Vendor(name.lower().replace(" ", "-"), name, keys)


OTHERS = (
    # Language and media models
    _vendor("Cerebras", "csk-"),
    _vendor("Fireworks", "fw_"),
    _vendor("Groq", "gsk_"),
    _vendor("Hugging Face", "hf_ api_org_"),
    _vendor("Kimi", "sk-kimi-"),
    _vendor("NVIDIA", "nvapi-"),
    _vendor("OpenRouter", "sk-or-"),
    _vendor("Perplexity", "pplx-"),
    _vendor("Replicate", "r8_"),
    _vendor("Together", "tgp_v1_"),
    _vendor("xAI", "xai-"),
    # Other services whose keys people paste by mistake
    _vendor("Atlassian", "ATATT3x"),
    _vendor("AWS", "AKIA ASIA ABSK"),
    _vendor("DigitalOcean", "dop_v1_"),
    _vendor("Figma", "figd_"),
    _vendor("GitHub", "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_"),
    _vendor("GitLab", "glpat- gldt- glrt- glptt-"),
    _vendor("HashiCorp Vault", "hvs. hvb."),
    _vendor("Grafana", "glsa_"),
    _vendor("Helicone", "sk-helicone-"),
    _vendor("Langfuse", "sk-lf- pk-lf-"),
    _vendor("LangSmith", "lsv2_"),
    _vendor("Linear", "lin_api_"),
    _vendor("Notion", "ntn_"),
    _vendor("npm", "npm_"),
    _vendor("PyPI", "pypi-"),
    _vendor("SendGrid", "SG."),
    _vendor("Sentry", "sntrys_"),
    _vendor("Shopify", "shpat_ shpss_"),
    _vendor("Slack", "xoxa- xoxb- xoxe. xoxp- xoxr- xoxs- xapp-"),
    _vendor("Stripe", "sk_test_ rk_test_", refused="sk_live_ rk_live_ sk_prod_ rk_prod_ sk_org_ whsec_"),
    _vendor("Supabase", "sbp_ sb_secret_"),
    _vendor("Tavily", "tvly-"),
    _vendor("Vercel", "vck_"),
)
