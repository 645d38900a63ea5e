"""Which addresses a provider may have: public ones only, whatever its name resolves to at the moment.

A name that an operator trusts may point into the network that the relay stands in, by mistake or by an attack on DNS (rebinding): to a
cloud's metadata service, to a database. So every address is checked after resolution, and the connection is made to the address that
was checked. OWASP, "Server-Side Request Forgery Prevention".
"""

import asyncio
import ipaddress
import socket
from concurrent.futures import Executor
from functools import partial

Address = tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]]  # as getaddrinfo gives it

# The names that mean this machine. A setting that names one means its loopback addresses, and those only.
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})

_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")  # all that is handed out of IPv6: RFC 4291 section 2.4, IANA's registry

# What some versions of Python take for global: IETF protocol assignments (RFC 6890), with a cloud's metadata in it; the relays of 6to4 (RFC
# 7526); addresses for documents (RFC 9637); the platform of Azure.
_NOBODYS = [*map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20", "168.63.129.16/32"))]

# IPv6 networks whose addresses stand for an IPv4 address, and how far right that begins: NAT64 (RFC 6052), 6to4 (RFC 3056).
_TRANSLATED = ((ipaddress.IPv6Network("64:ff9b::/96"), 0), (ipaddress.IPv6Network("2002::/16"), 80))


class NotPublic(OSError):
    """A name resolves to no address that a provider may have."""


async def resolved(host: str, port: int, executor: Executor | None = None) -> list[Address]:
    """The addresses that may be connected to, in the system's order. Raises OSError where there is none: NotPublic, if there are others."""
    ask = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    found = await asyncio.get_running_loop().run_in_executor(executor, ask)
    allowed: list[Address] = [address for address in found if is_allowed(host, str(address[4][0]))]
    if not allowed:
        raise NotPublic("the name resolves to no address that a provider may have")
    return allowed


def is_allowed(host: str, address: str) -> bool:
    """Whether a provider of this host name may be at this address."""
    ip = _itself(ipaddress.ip_address(address.partition("%")[0]))
    if host in LOOPBACK_NAMES:
        return ip.is_loopback
    if any(ip in network for network in _NOBODYS):
        return False
    return ip.is_global and not ip.is_multicast and (ip.version == 4 or ip in _GLOBAL_UNICAST)


def _itself(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The IPv4 address that an IPv6 address stands for, or the address."""
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return ip.ipv4_mapped
        for network, shift in _TRANSLATED:
            if ip in network:
                return ipaddress.IPv4Address(int(ip) >> shift & 0xFFFFFFFF)
    return ip
