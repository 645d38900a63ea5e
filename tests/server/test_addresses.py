"""Which addresses a provider's name may resolve to, and that the one that was checked is the one that is connected to."""

import asyncio
import socket
import threading

import pytest

from byok_relay_server import upstream
from byok_relay_server.addresses import is_allowed, resolved
from client import HUNG_SECONDS

PUBLIC = ["8.8.8.8", "104.18.7.192", "2606:4700::6812:7c0", "64:ff9b::808:808", "::ffff:8.8.8.8"]
NOT_PUBLIC = {
    "loopback": ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"],
    "private": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fd00::1", "fc00::1", "::ffff:10.0.0.1"],
    "link-local, where clouds keep their metadata": ["169.254.169.254", "169.254.170.2", "fe80::1", "fe80::1%eth0", "fd00:ec2::254"],
    "shared by carriers, and another metadata service": ["100.64.0.1", "100.100.100.200"],
    "no host's": ["0.0.0.0", "0.1.2.3", "::", "255.255.255.255", "224.0.0.1", "239.255.255.250", "ff02::1", "240.0.0.1"],
    "for documents and benchmarks": ["192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "2001:db8::1", "3fff::1"],
    "an IPv4 address inside an IPv6 one": ["64:ff9b::a00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a9fe:a9fe::1", "::7f00:1"],
    "a site's own, of old": ["fec0::1"],
    "a tunnel's": ["2001:0:7f00:1::1", "192.88.99.1"],
    "a platform's own": ["168.63.129.16", "192.0.0.192", "192.0.0.8"],
}
ADDRESSES = [(kind, address) for kind, addresses in NOT_PUBLIC.items() for address in addresses]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_provider_may_have_a_public_address(address):
    assert is_allowed("api.openai.com", address)


@pytest.mark.parametrize(("kind", "address"), ADDRESSES)
def test_a_provider_may_have_no_other(kind, address):
    assert not is_allowed("api.openai.com", address)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_a_setting_that_names_this_machine_means_its_loopback_addresses_alone(host):
    assert is_allowed(host, "127.0.0.1")
    assert is_allowed(host, "::1")
    assert not is_allowed(host, "10.0.0.1")
    assert not is_allowed(host, "8.8.8.8")


def names(monkeypatch, *addresses):
    """Has every name resolve to these addresses."""
    asked = []

    def getaddrinfo(host, port, **_):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


def test_addresses_that_are_not_allowed_are_left_out(monkeypatch):
    names(monkeypatch, "10.0.0.1", "8.8.8.8", "127.0.0.1")
    assert [address[4] for address in asyncio.run(resolved("llm.example", 443))] == [("8.8.8.8", 443)]


def test_a_name_without_an_allowed_address_is_not_connected_to(monkeypatch):
    names(monkeypatch, "169.254.169.254")
    with pytest.raises(OSError, match="no address"):
        asyncio.run(resolved("rebinding.example", 443))


def test_the_operator_is_told_once_of_a_host_without_an_allowed_address_and_never_of_one_that_a_client_names(monkeypatch, capfd):
    names(monkeypatch, "10.0.0.1")

    async def connect():
        connections = upstream.Upstream()
        for origin, named_by_client in [("https://llm.example", False)] * 2 + [("https://canary.azure.example", True)]:
            with pytest.raises(OSError, match="no address"):
                await connections._connect(origin, named_by_client=named_by_client)

    asyncio.run(connect())
    said = "byok-relay: llm.example has no public address, and is asked at no other: docs/settings.md#custom-providers\n"
    assert capfd.readouterr().out == said


def test_a_name_is_resolved_once_and_that_address_is_connected_to(monkeypatch):
    """A second look-up may give another address than the one that was checked (DNS rebinding)."""
    asked = names(monkeypatch, "8.8.8.8")
    tried = []

    async def connect(addresses, **_):
        tried.extend(address[4] for address in addresses)
        raise ConnectionRefusedError

    monkeypatch.setattr(upstream, "start_connection", connect)
    with pytest.raises(ConnectionRefusedError):
        asyncio.run(upstream.Upstream()._connect("https://llm.example"))
    assert (asked, tried) == (["llm.example"], [("8.8.8.8", 443)])


def test_names_that_clients_have_a_part_in_do_not_make_others_wait(monkeypatch):
    """A look-up takes a thread, and whoever made the name up can make it slow."""
    over = threading.Event()

    def getaddrinfo(host, port, **_):
        if host != "llm.example":
            over.wait()
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", port))]

    async def scenario():
        asked = upstream.Upstream()
        made_up = [asyncio.ensure_future(resolved(f"r{i}.example", 443, asked._named_by_clients)) for i in range(100)]
        await asyncio.sleep(0)
        try:
            return await asyncio.wait_for(asked._resolve("llm.example", 443), HUNG_SECONDS)
        finally:
            over.set()
            asked.close()
            await asyncio.gather(*made_up, return_exceptions=True)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    assert [address[4] for address in asyncio.run(scenario())] == [("8.8.8.8", 443)]
