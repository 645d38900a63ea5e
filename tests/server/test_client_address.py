"""Which address a request counts as from, by itself and on the wire."""

import pytest

from byok_relay_server.client_address import client_address
from client import ask
from providers import CHAT
from server.command import serving

SOCKET = "203.0.113.9"
HEADER = "x-forwarded-for"


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("198.51.100.7, 192.0.2.1", "192.0.2.1"),
        ("unknown,198.51.100.7 ,\t192.0.2.1 ", "192.0.2.1"),
        ("192.0.2.1:5000", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:DB8::1]", "2001:db8::1"),
        ("198.51.100.7, [2001:db8::1]:443", "2001:db8::1"),
        ("::ffff:192.0.2.1", "::ffff:c000:201"),
        ("192.0.2.1, ", SOCKET),
        ("192.0.2.1, unknown", SOCKET),
        ("192.0.2.1:5000:1", SOCKET),
        ("[192.0.2.1", SOCKET),
        ("192.0.2.1:", SOCKET),
        ("for=192.0.2.1", SOCKET),
        ("3221225985", SOCKET),
        ("192.0.2.1/24", SOCKET),
        ("1" * 100_000, SOCKET),
        ("", SOCKET),
    ],
)
def test_the_last_address_of_the_header_counts_else_that_of_the_connection(said, address):
    assert client_address((SOCKET, 1), {HEADER: said}, HEADER) == address


def test_other_headers_do_not_count():
    assert client_address((SOCKET, 1), {HEADER: "192.0.2.1"}, None) == SOCKET
    assert client_address((SOCKET, 1), {HEADER: "192.0.2.1"}, "x-real-ip") == SOCKET
    assert client_address(None, {HEADER: "192.0.2.1"}, None) is None
    assert client_address(None, {HEADER: "192.0.2.1"}, HEADER) == "192.0.2.1"


def refusals(url, headers_of):
    """What eleven requests that are refused are told, of which a relay with a limit of one takes ten from one address."""
    return [ask(url, "GET", "/nobody/v1", headers_of(f"198.51.100.{at}")).code for at in range(11)]


MANY, TOO_MANY = ["unknown_provider"] * 11, ["unknown_provider"] * 10 + ["rate_limited"]


@pytest.mark.parametrize(
    ("header", "headers_of", "told"),
    [
        ("", lambda address: {"X-Forwarded-For": address}, TOO_MANY),
        ("X-Real-IP", lambda address: {"X-Forwarded-For": address}, TOO_MANY),
        ("X-Real-IP", lambda address: {"X-Real-IP": address}, MANY),
        ("X-Forwarded-For", lambda address: [("X-Forwarded-For", address), ("X-Forwarded-For", "192.0.2.1")], TOO_MANY),
        ("X-Forwarded-For", lambda address: [("X-Forwarded-For", "192.0.2.1"), ("x-forwarded-for", address)], MANY),
        ("X-Forwarded-For", lambda address: {"X-Forwarded-For": f"{address}, unknown"}, TOO_MANY),
    ],
)
def test_who_says_another_address_each_time_is_believed_where_a_proxy_says_it(header, headers_of, told):
    with serving(RATE_LIMIT_PER_MINUTE="1", CLIENT_ADDRESS_HEADER=header) as served:
        assert refusals(served.url, headers_of) == told


def test_the_header_does_not_go_to_the_provider(mock, new_key):
    key = new_key("openai")
    with serving(CLIENT_ADDRESS_HEADER="X-Client-Address", **mock.upstreams()) as served:
        ask(served.url, "POST", CHAT["openai"], {"Authorization": f"Bearer {key}", "X-Client-Address": "192.0.2.1"}, b"{}")
    [seen] = mock.seen(key)
    assert "192.0.2.1" not in str(seen["headers"])
