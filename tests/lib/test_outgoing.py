"""Calling addresses outside, and nothing else."""

from __future__ import annotations

import datetime
import socket
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.lib import outgoing


class TestAddress:
    @pytest.mark.parametrize(
        "inside",
        [
            "127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.3.4", "192.168.0.1", "169.254.169.254", "100.64.0.1",
            "0.0.0.0", "255.255.255.255", "224.0.0.1", "192.0.2.1", "198.18.0.1", "240.0.0.1", "::1", "::", "fe80::1",
            "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "2002:a00:1::",
            "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
        ],
    )  # fmt: skip
    def test_of_our_own_network_is_not_public_in_any_disguise(self, inside: str) -> None:
        assert not outgoing.is_public(ip_address(inside))

    @pytest.mark.parametrize("outside", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
    def test_of_the_world_is_public(self, outside: str) -> None:
        assert outgoing.is_public(ip_address(outside))

    @given(st.ip_addresses(v=4))
    def test_is_judged_alike_when_it_is_written_as_one_of_version_six(self, address: Any) -> None:
        assert outgoing.is_public(ip_address(f"::ffff:{address}")) == outgoing.is_public(address)


class TestRefusal:
    @pytest.mark.parametrize(
        "url",
        [
            "http://example.com/", "ftp://example.com/", "file:///etc/passwd", "https://", "https://user@example.com/",
            "https://example.com:0/", "https://example.com:99999/", "gopher://x", "", "https://[::1", "//example.com",
        ],
    )  # fmt: skip
    def test_of_what_is_no_plain_https_address(self, url: str) -> None:
        with pytest.raises(outgoing.NotOutside):
            outgoing.call(url)

    @pytest.mark.parametrize(
        "host",
        ["localhost", "127.0.0.1", "[::1]", "0x7f.1", "2130706433", "127.1", "[::ffff:127.0.0.1]", "169.254.169.254"],
    )
    def test_of_this_machine_however_it_is_written(self, host: str) -> None:
        with pytest.raises(outgoing.NotOutside):
            outgoing.call(f"https://{host}/latest/meta-data/")

    def test_of_a_name_that_stands_for_one_address_outside_and_one_inside(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in ("8.8.8.8", "10.0.0.1")]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
        with pytest.raises(outgoing.NotOutside, match=r"two-faced\.example"):
            outgoing.public_address("two-faced.example", 443)


class Listener(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.server.heard.append(
            (self.path, self.headers["Host"], self.rfile.read(int(self.headers["Content-Length"])))
        )  # type: ignore[attr-defined]
        self.send_response(302)
        self.send_header("Location", "http://169.254.169.254/")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: Any) -> None:
        """Stay silent."""


@pytest.fixture
def listener(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HTTPServer]:
    """A real TLS server on this machine, which this test alone declares to be outside."""
    certificate, key = _certificate(tmp_path)
    server = HTTPServer(("127.0.0.1", 0), Listener)
    server.heard = []  # type: ignore[attr-defined]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    yield server
    server.shutdown()


class TestCall:
    def test_goes_to_the_address_that_was_checked_under_the_hosts_name(
        self, listener: HTTPServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(outgoing, "public_address", lambda *_: "127.0.0.1")
        answer = outgoing.call(f"https://hook.example:{listener.server_port}/in?a=1", body=b"hello")
        assert (answer.status, answer.body, answer.location) == (302, b"ok", "http://169.254.169.254/")
        assert listener.heard == [("/in?a=1", f"hook.example:{listener.server_port}", b"hello")]  # type: ignore[attr-defined]

    def test_ends_where_the_name_is_not_the_one_asked_for(
        self, listener: HTTPServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(outgoing, "public_address", lambda *_: "127.0.0.1")
        with pytest.raises(outgoing.NoAnswer, match="certificate"):
            outgoing.call(f"https://other.example:{listener.server_port}/")
        assert listener.heard == []  # type: ignore[attr-defined]

    def test_says_when_nobody_answers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(outgoing, "public_address", lambda *_: "127.0.0.1")
        with pytest.raises(outgoing.NoAnswer, match=r"hook\.example"):
            outgoing.call("https://hook.example:1/")


def _certificate(folder: Path) -> tuple[Path, Path]:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hook")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hook.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    files = folder / "cert.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files
