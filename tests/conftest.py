"""Shared by all tests in Python that talk to a relay."""

from collections.abc import Iterator

import pytest

from servers import Mock


@pytest.fixture(scope="session")
def mock() -> Iterator[Mock]:
    """The mock provider, one for the whole run: its behaviour is scripted per API key."""
    server = Mock()
    yield server
    server.close()
