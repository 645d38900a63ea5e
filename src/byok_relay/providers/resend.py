"""Resend: to send e-mail. Endpoints: resend-openapi. Keys, domains, contacts and web hooks are left out. It demands a User-Agent."""

from ..carriers import BEARER
from .provider import Keys, Provider, Surface

RESEND = Provider(
    id="resend",
    name="Resend",
    base_url="https://api.resend.com",
    surfaces=(Surface((BEARER,), ("POST /emails", "POST /emails/batch", "GET /emails/{id}")),),
    keys=Keys(looks_like="re_…", url="https://resend.com/api-keys", prefixes=("re_",), characters="A-Za-z0-9_-"),
    headers=frozenset({"x-batch-validation"}),
    # A bad key gets 401 where mail is sent and 400 elsewhere: resend.com/docs/api-reference/errors.
    answer_families=("x-resend-",),
    bad_key_status=403,  # resend.com/docs/api-reference/errors
    sdk_base_paths={"resend": ""},
)
ENTRIES = (RESEND,)
