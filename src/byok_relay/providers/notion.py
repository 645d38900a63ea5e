"""Notion. Endpoints: notion-sdk-js. OAuth and agents are left out. A browser cannot call it without a relay, by its own policy."""

from ..carriers import BEARER
from .provider import Keys, Provider, Surface

NOTION = Provider(
    id="notion",
    name="Notion",
    base_url="https://api.notion.com",
    surfaces=(
        Surface(
            (BEARER,),
            (
                "GET /v1/users",
                "GET /v1/users/me",
                "GET /v1/users/{id}",
                "POST /v1/search",
                "POST /v1/pages",
                "GET /v1/pages/{id}",
                "PATCH /v1/pages/{id}",
                "GET /v1/pages/{id}/properties/{id}",
                "GET /v1/blocks/{id}",
                "PATCH /v1/blocks/{id}",
                "GET /v1/blocks/{id}/children",
                "PATCH /v1/blocks/{id}/children",
                "GET /v1/databases/{id}",
                "POST /v1/databases/{id}/query",
                "GET /v1/data_sources/{id}",
                "POST /v1/data_sources/{id}/query",
                "GET /v1/comments",
                "POST /v1/comments",
            ),
        ),
        Surface(
            (BEARER,),
            (
                "POST /v1/file_uploads",
                "POST /v1/file_uploads/{id}/send",
                "POST /v1/file_uploads/{id}/complete",
                "GET /v1/file_uploads/{id}",
            ),
            "files",
        ),
    ),
    keys=Keys(looks_like="ntn_…", url="https://www.notion.so/profile/integrations", prefixes=("ntn_", "secret_"), characters="A-Za-z0-9_-"),
    parameters=frozenset("block_id filter_properties filter_properties[] page_size start_cursor".split()),
    headers=frozenset({"notion-version"}),
    default_headers=(("notion-version", "2025-09-03"),),  # required; what its SDK sends
    answer_headers=frozenset({"x-notion-request-id"}),
    sdk_base_paths={"@notionhq/client": ""},
)
ENTRIES = (NOTION,)
