"""An authority of one's own for development: a root, a signer issued by it, and the settings that use them.

Nobody else trusts it, and its certificates say so by their name.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from portevoix.errors import invalid
from portevoix.files import write_text

LASTS = timedelta(days=365)
FILES = ("chain.pem", "key.pem", "root.pem", "credentials.yaml")
SETTINGS = "certificates: chain.pem\nkey: key.pem\nalgorithm: es256\n"


def make_test_authority(folder: Path, owner: str, now: datetime | None = None) -> Path:
    """Write a test authority's files for `owner` into a folder; returns its settings. `now`: when its year begins.

    Raises InvalidInput where one of the files is there already: nothing is written over a key.
    """
    if there := [name for name in FILES if (folder / name).exists()]:
        raise invalid(folder / there[0], "is there already; choose another folder")
    folder.mkdir(parents=True, exist_ok=True)
    begins = now or datetime.now(UTC)
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name, name = _name("Test authority, trusted by nobody", owner), _name("Test signer", owner)
    root = _certificate(root_name, root_name, root_key.public_key(), root_key, begins, authority=True)
    signer = _certificate(name, root_name, key.public_key(), root_key, begins, authority=False)
    private = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key.pem").touch(mode=0o600)
    (folder / "key.pem").write_bytes(key.private_bytes(*private))
    write_text(folder / "root.pem", _pem(root))
    write_text(folder / "chain.pem", _pem(signer) + _pem(root))
    write_text(folder / "credentials.yaml", SETTINGS)
    return folder / "credentials.yaml"


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    issuer_key: ec.EllipticCurvePrivateKey,
    begins: datetime,
    *,
    authority: bool,
) -> x509.Certificate:
    """A certificate as the C2PA specification (section 14.5) asks of signers, or one of an authority."""
    usage = dict.fromkeys(("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"), False)
    usage |= dict.fromkeys(("encipher_only", "decipher_only"), False)
    usage |= {"digital_signature": not authority, "key_cert_sign": authority, "crl_sign": authority}
    made = (
        x509.CertificateBuilder(issuer, subject, public, x509.random_serial_number(), begins, begins + LASTS)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if not authority:
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    return made.sign(issuer_key, hashes.SHA256())


def _name(common: str, owner: str) -> x509.Name:
    named = ((NameOID.ORGANIZATION_NAME, owner), (NameOID.COMMON_NAME, common))
    return x509.Name([x509.NameAttribute(kind, value) for kind, value in named])


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
