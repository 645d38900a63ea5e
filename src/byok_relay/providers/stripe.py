"""Stripe, to read what a restricted key may read. Endpoints: stripe-node. Live secret keys are never relayed, and nothing moves money.

Its SDK takes no base URL but a host, a port and a protocol. With those of the relay its paths are bare, and the key tells whose they are.
"""

from ..carriers import BEARER
from .compatible import get
from .provider import Keys, Provider, Surface

_READ = "balance charges customers events invoices payment_intents prices products refunds subscriptions"

STRIPE = Provider(
    id="stripe",
    name="Stripe",
    base_url="https://api.stripe.com",
    surfaces=(Surface((BEARER,), get("/v1", _READ) + get("/v1", " ".join(f"{name}/{{id}}" for name in _READ.split()[1:]))),),
    keys=Keys(
        looks_like="rk_… (a restricted key) or sk_test_…",
        url="https://dashboard.stripe.com/apikeys",
        prefixes=("rk_live_", "rk_test_", "sk_test_"),
        characters="A-Za-z0-9_-",
    ),
    parameters=frozenset(
        """active created created[gt] created[gte] created[lt] created[lte] currency customer email ending_before expand[] limit
        lookup_keys[] price product starting_after status type""".split()
    ),
    headers=frozenset("stripe-version stripe-account stripe-context".split()),
    answer_headers=frozenset("original-request idempotent-replayed".split()),
    answer_families=("stripe-",),
    sdk_base_paths={},
)
ENTRIES = (STRIPE,)
