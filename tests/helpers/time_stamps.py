"""A time-stamp service (RFC 3161) on this machine: `openssl ts` behind HTTP, with a certificate of its own."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SETTINGS = """
[tsa]
default_tsa = clock
[clock]
serial = serial
certs = root.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
"""


@contextmanager
def time_stamps(folder: Path, status: int = 200) -> Iterator[str]:
    """A service's address; with another `status` it answers with that and nothing else."""
    folder.mkdir()
    _write_certificates(folder)
    (folder / "clock.cnf").write_text(SETTINGS)
    (folder / "serial").write_text("01\n")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            (folder / "query").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            made = _reply(folder) if status == 200 else b""
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(made)))
            self.end_headers()
            self.wfile.write(made)

        def log_message(self, *said: object) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _reply(folder: Path) -> bytes:
    asked = ["-reply", "-config", "clock.cnf", "-section", "clock", "-queryfile", "query"]
    command = ["openssl", "ts", *asked, "-signer", "clock.pem", "-inkey", "clock.key"]
    return subprocess.run(command, cwd=folder, capture_output=True, check=True).stdout


def _write_certificates(folder: Path) -> None:
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _certificate("Root of a test clock", "Root of a test clock", root_key, root_key)
    clock = _certificate("Test clock", "Root of a test clock", key, root_key)
    (folder / "root.pem").write_bytes(root.public_bytes(serialization.Encoding.PEM))
    (folder / "clock.pem").write_bytes(clock.public_bytes(serialization.Encoding.PEM))
    private = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "clock.key").write_bytes(key.private_bytes(serialization.Encoding.PEM, *private))


def _certificate(
    subject: str, issuer: str, key: ec.EllipticCurvePrivateKey, issuer_key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    authority, now = key is issuer_key, datetime.now(UTC)
    usage = dict.fromkeys(("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"), False)
    usage |= dict.fromkeys(("encipher_only", "decipher_only"), False)
    usage |= {"digital_signature": not authority, "key_cert_sign": authority, "crl_sign": authority}
    begins, ends = now - timedelta(days=1), now + timedelta(days=1)
    serial = x509.random_serial_number()
    builder = x509.CertificateBuilder(_name(issuer), _name(subject), key.public_key(), serial, begins, ends)
    made = (
        builder.add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if not authority:
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return made.sign(issuer_key, hashes.SHA256())


def _name(common: str) -> x509.Name:
    organisation = x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Clocks for tests")
    return x509.Name([organisation, x509.NameAttribute(NameOID.COMMON_NAME, common)])
