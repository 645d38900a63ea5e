"""GitHub's REST API, to read repositories and to write issues and comments. It refuses requests without a User-Agent.

Endpoints: docs.github.com/en/rest. Keys, secrets, hooks, members and deletion are left out.
"""

from ..carriers import BEARER, TOKEN
from .compatible import get, post
from .provider import Keys, Provider, Surface

_REPOSITORY = "repos/{model}/{model}"

GITHUB = Provider(
    id="github",
    name="GitHub",
    base_url="https://api.github.com",
    surfaces=(
        Surface(
            (BEARER, TOKEN),
            (
                *get("", "user user/repos rate_limit search/repositories search/code search/issues"),
                *get("", _REPOSITORY),
                *get(
                    f"/{_REPOSITORY}",
                    "readme branches branches/{model} commits commits/{model} contents/{path} issues issues/{id} issues/{id}/comments pulls"
                    " pulls/{id} pulls/{id}/files releases releases/latest languages",
                ),
                *post(f"/{_REPOSITORY}", "issues issues/{id}/comments"),
            ),
        ),
    ),
    keys=Keys(
        looks_like="github_pat_… or ghp_…",
        url="https://github.com/settings/personal-access-tokens",
        prefixes=("ghp_", "gho_", "ghu_", "ghs_", "github_pat_"),
        characters="A-Za-z0-9._-",
    ),
    parameters=frozenset(
        "affiliation direction head base labels order page per_page path q ref sha since sort state type until visibility author".split()
    ),
    headers=frozenset("x-github-api-version if-none-match if-modified-since".split()),
    answer_headers=frozenset("x-oauth-scopes x-accepted-oauth-scopes x-poll-interval x-github-request-id x-github-media-type".split()),
    sdk_base_paths={"@octokit/rest": ""},
)
ENTRIES = (GITHUB,)
