import pytest

pytest.register_assert_rewrite("fuzz.judge")


@pytest.fixture(autouse=True)
def canary_rule() -> None:
    """No relay runs here: the judge looks for keys in whatever the core says, and a failure may show the request that it comes of."""
