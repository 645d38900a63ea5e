"""Whom the server takes for a provider over TLS."""

import datetime
import socket
import ssl
import threading
from contextlib import suppress
from http.client import IncompleteRead
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from client import Exchange, ask, request
from providers import new_key
from server.command import serving

NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)


# Python 3.13 and newer take no authority without `key_cert_sign`, and with it nobody else (RFC 5280 section 4.2.1.3).
NO_USE = dict.fromkeys(
    "content_commitment key_encipherment data_encipherment key_agreement key_cert_sign crl_sign encipher_only decipher_only".split(), False
)
TO_SIGN = x509.KeyUsage(digital_signature=True, **NO_USE | {"key_cert_sign": True})
TO_SERVE = x509.KeyUsage(digital_signature=True, **NO_USE)


class Authority:
    """A certificate authority of the tests' own."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority of the tests")])
        ca = x509.BasicConstraints(ca=True, path_length=None)
        self.certificate = self._signed(self._name, self._key, NOW + DAY, (ca, True), TO_SIGN)

    def issue(self, host: str, until: datetime.datetime) -> bytes:
        """A certificate for this host and its key, in PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.DNSName(host)])
        certificate = self._signed(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)]), key, until, (names, False), TO_SERVE)
        encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
        return certificate + key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain)

    def _signed(self, subject, key, until, extension, usage) -> bytes:
        certificate = (
            x509.CertificateBuilder(self._name, subject, key.public_key(), x509.random_serial_number(), until - 2 * DAY, until)
            .add_extension(extension[0], critical=extension[1])
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(usage, critical=True)
            .sign(self._key, hashes.SHA256())
        )
        return certificate.public_bytes(serialization.Encoding.PEM)


class Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def authority(tmp_path):
    authority = Authority()
    (tmp_path / "authority.pem").write_bytes(authority.certificate)
    return authority


@pytest.fixture
def answer_of(authority, tmp_path):
    """What the relay answers when the provider shows this certificate."""

    def answer(host: str, until: datetime.datetime = NOW + DAY, *, trusted: bool = True):
        shown = tmp_path / "shown.pem"
        shown.write_bytes(authority.issue(host, until))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(shown)
        provider = HTTPServer(("127.0.0.1", 0), Answering)
        provider.socket = context.wrap_socket(provider.socket, server_side=True)
        thread = threading.Thread(target=provider.serve_forever)
        thread.start()
        trust = {"SSL_CERT_FILE": str(tmp_path / "authority.pem")} if trusted else {}
        try:
            with serving(UPSTREAM_OPENAI=f"https://localhost:{provider.server_port}", **trust) as served:
                return ask(served.url, "GET", "/openai/v1/models", {"Authorization": f"Bearer {new_key()}"})
        finally:
            provider.shutdown()
            provider.server_close()
            thread.join()

    return answer


class Saying:
    """A provider that says the same on every connection, whatever it is asked, and ends it with or without a word."""

    def __init__(self, shown, said: bytes, *, announced: bool) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(shown)
        self._said, self._announced = said, announced
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                with suppress(OSError), self._context.wrap_socket(connection, server_side=True) as tls:
                    tls.recv(65536)
                    tls.sendall(self._said)
                    if self._announced:
                        tls.unwrap()

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()


@pytest.fixture
def answers(authority, tmp_path):
    """What comes of several answers of a provider that says this and ends the connection: how many bytes, and whether as a whole."""

    def ask_several(said: bytes, *, announced: bool) -> set[tuple[int, bool]]:
        shown = tmp_path / "shown.pem"
        shown.write_bytes(authority.issue("localhost", NOW + DAY))
        provider = Saying(shown, said, announced=announced)
        trust = {"SSL_CERT_FILE": str(tmp_path / "authority.pem")}
        try:
            with serving(UPSTREAM_OPENAI=f"https://localhost:{provider.port}", **trust) as served:
                return {outcome(served.url) for _ in range(10)}
        finally:
            provider.close()

    def outcome(url: str) -> tuple[int, bool]:
        with Exchange(url, request(url, "GET", "/openai/v1/models", {"Authorization": f"Bearer {new_key()}"})) as exchange:
            exchange.head()
            try:
                return len(exchange.read_all()), True
            except IncompleteRead as cut_off:
                return len(cut_off.partial), False

    return ask_several


BODY = b"a" * 1_000_000
SIZED = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 1000000\r\n\r\n" + BODY
ENDLESS = b"HTTP/1.1 200 OK\r\n\r\n" + BODY


@pytest.mark.parametrize("announced", [True, False], ids=["with a word", "without a word"])
def test_an_answer_of_a_known_length_comes_whole_however_the_connection_ends(answers, announced):
    assert answers(SIZED, announced=announced) == {(len(BODY), True)}


def test_an_answer_that_ends_with_the_connection_comes_whole_if_the_end_is_announced(answers):
    assert answers(ENDLESS, announced=True) == {(len(BODY), True)}


def test_an_end_that_nobody_has_announced_breaks_such_an_answer_off(answers):
    """Anybody on the way can make it (RFC 8446 section 6.1)."""
    assert {whole for _, whole in answers(ENDLESS, announced=False)} == {False}


def test_a_provider_with_a_certificate_that_an_authority_has_signed_is_asked(answer_of):
    assert answer_of("localhost").body == b"{}"


@pytest.mark.parametrize(
    "certificate",
    [{"host": "localhost", "trusted": False}, {"host": "other.example"}, {"host": "localhost", "until": NOW - DAY / 24}],
    ids=["of an unknown authority", "of another host", "that has expired"],
)
def test_a_provider_with_a_certificate_is_not_asked(answer_of, certificate):
    assert answer_of(**certificate).code == "upstream_unreachable"
