"""The address that a request is from, which counts when it is refused."""

import re
from collections.abc import Mapping
from ipaddress import ip_address

# Proxies may write a port behind an address, and brackets around one of IPv6.
_WITH_PORT = re.compile(r"\[(.*)\](?::[0-9]+)?|([0-9.]+):[0-9]+")


def client_address(socket: tuple[str, int] | None, headers: Mapping[str, str], header: str | None) -> str | None:
    """The one in the header that a trusted proxy sets, else that of the connection.

    In a list the last one counts, which the nearest proxy has added: what stands before it may be the client's own word.
    """
    if header and (said := _address(headers.get(header, "").rpartition(",")[2].strip(" \t"))):
        return said
    return socket[0] if socket else None


def _address(text: str) -> str | None:
    found = _WITH_PORT.fullmatch(text)
    address = (found[1] or found[2]) if found else text
    try:
        return str(ip_address(address))
    except ValueError:
        return None
