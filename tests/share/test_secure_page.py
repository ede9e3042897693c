"""The page by TLS, with a certificate made here."""

from __future__ import annotations

import http.client
import socket
import sys
from contextlib import ExitStack

import pytest
from tests.share.phone_desk import (
    asked,
    guide_of,
    looking,
    picture_at,
    served,
    told,
)

pytest.importorskip("starlette", reason="the extra share is not installed")
pytest.importorskip("websockets", reason="the extra share is not installed")


from coherence.share.doorway import MOST_FROM_ONE
from coherence.share.errors import ShareError
from coherence.share.place import Place
from coherence.share.server import Certificate, PhoneServer


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate for 127.0.0.1, made here."""
    x509 = pytest.importorskip("cryptography.x509", reason="cryptography is not installed")
    from datetime import UTC, datetime, timedelta
    from ipaddress import ip_address

    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "coherence test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("certificate")
    chain, private, locked = folder / "chain.pem", folder / "key.pem", folder / "locked.pem"
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    for path, how in (
        (private, serialization.NoEncryption()),
        (locked, serialization.BestAvailableEncryption(b"secret")),
    ):
        path.write_bytes(
            key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how)
        )
    return Certificate(chain, private)


def test_with_a_certificate_all_goes_by_tls(certificate: Certificate) -> None:
    import ssl

    trust = ssl.create_default_context(cafile=str(certificate.chain))
    with served(certificate) as server:
        assert server.url.startswith("https://127.0.0.1:")
        server.show(picture_at(server, guide_of()))
        with looking(server, ssl=trust) as phone:
            assert told(phone)["kind"] == "picture"
        with pytest.raises((ConnectionError, http.client.HTTPException)):
            asked(server)


@pytest.mark.skipif(sys.platform != "linux", reason="127.0.0.2 is Linux's")
def test_whoever_only_knocks_holds_few_of_its_connections(certificate: Certificate) -> None:
    """Before TLS has begun no request is seen, and each connection costs all the same."""
    import ssl

    trust = ssl.create_default_context(cafile=str(certificate.chain))
    with served(certificate) as server, ExitStack() as stack:
        there = (server.place.address, server.place.port)
        for _ in range(3 * MOST_FROM_ONE):
            stack.enter_context(socket.create_connection(there, 5.0, ("127.0.0.2", 0)))
        server.show(picture_at(server, guide_of()))
        with looking(server, ssl=trust) as phone:
            assert told(phone)["kind"] == "picture"
            held = [each for each in server._socket._held if each[1].fileno() != -1]
            assert len(held) <= MOST_FROM_ONE + 1


def test_a_certificate_that_cannot_be_used_is_said(certificate: Certificate) -> None:
    gone = certificate.key.with_name("gone.pem")
    for chain, key in (
        (certificate.chain, gone),
        (certificate.key, certificate.chain),
        (certificate.chain, certificate.key.with_name("locked.pem")),
    ):
        with pytest.raises(ShareError, match="cannot be used for a secure page"):
            PhoneServer(Place(), Certificate(chain, key))
