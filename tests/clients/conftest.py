"""The relay on the default runtime, in front of the mock provider."""

import json
from collections.abc import Iterator

import pytest

from servers import Mock, Server


@pytest.fixture(scope="session")
def relay(mock: Mock) -> Iterator[Server]:
    server = Server("runtimes/main.mjs", "workerd", json.dumps(mock.upstreams()))
    yield server
    server.close()
