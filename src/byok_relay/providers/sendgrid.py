"""SendGrid: to send e-mail. Endpoint: sendgrid-nodejs. Everything else is an account's."""

from ..carriers import BEARER
from .provider import Keys, Provider, Surface

SENDGRID = Provider(
    id="sendgrid",
    name="SendGrid",
    base_url="https://api.sendgrid.com",
    surfaces=(Surface((BEARER,), ("POST /v3/mail/send",)),),
    keys=Keys(looks_like="SG.…", url="https://app.sendgrid.com/settings/api_keys", prefixes=("SG.",), characters="A-Za-z0-9_.-"),
    headers=frozenset({"on-behalf-of"}),
    answer_headers=frozenset({"x-message-id"}),
    sdk_base_paths={"@sendgrid/mail": ""},
)
SENDGRID_EU = SENDGRID.region("eu", "SendGrid (EU)", "https://api.eu.sendgrid.com")
ENTRIES = (SENDGRID, SENDGRID_EU)
