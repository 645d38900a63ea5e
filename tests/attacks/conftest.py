import pytest

from differences import LOGS_FAULTS


@pytest.fixture
def tolerated(runtime):
    """Nothing is logged here either, but what the runtime's own server says of those it cannot talk to."""
    return LOGS_FAULTS.get(runtime)
