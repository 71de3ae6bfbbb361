"""A signer's certificates: whose they are, until when, and whether each was issued by the next, up to a root."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from portevoix.errors import invalid


@dataclass(frozen=True)
class Chain:
    """Certificates as PEM, the signer's first. `owner`: their organisation; `public`: the signer's key, as DER."""

    pem: str
    owner: str
    public: bytes
    ends: datetime


def read_chain(path: Path) -> Chain:
    """The chain of a file. Raises InvalidInput for one that no verifier would follow: not yet or no longer valid, out
    of order, without its root.
    """
    try:
        found = x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError):
        raise invalid(path, "cannot be read as certificates; write them as PEM, the signer's first") from None
    now = datetime.now(UTC)
    for certificate in found:
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            since, until = certificate.not_valid_before_utc.date(), certificate.not_valid_after_utc.date()
            raise invalid(path, f"{name_of(certificate)!r} is valid from {since} to {until} alone; renew it")
    for certificate, issuer in pairwise(found):
        if not _issued(certificate, issuer):
            raise invalid(path, f"{name_of(certificate)!r} was not issued by {name_of(issuer)!r}; put its issuer next")
    if len(found) < 2 or not _issued(found[-1], found[-1]):
        issuer_name = found[-1].issuer.rfc4514_string()
        raise invalid(path, f"the chain ends without its root; add the certificate of {issuer_name!r}")
    pem = "".join(certificate.public_bytes(Encoding.PEM).decode() for certificate in found)
    public = found[0].public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return Chain(pem, name_of(found[0]), public, min(one.not_valid_after_utc for one in found))


def name_of(certificate: x509.Certificate) -> str:
    """The organisation that a certificate names, else its common name."""
    for kind in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME):
        if named := certificate.subject.get_attributes_for_oid(kind):
            return str(named[0].value)
    return certificate.subject.rfc4514_string()


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True
