"""Keys by reference: a PEM file, or a command that signs, and never shows the key (PKCS#11, a cloud's vault)."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from portevoix.errors import RenderFailed, invalid

Sign = Callable[[bytes], bytes]
HASHES: dict[str, hashes.HashAlgorithm] = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
NUMBER_BYTES = {"es256": 32, "es384": 48, "es512": 66}  # of each of the two that are a signature, RFC 8152 section 8.1
LONGEST_SIGNING_S = 60.0


@dataclass(frozen=True)
class FileKey:
    """A private key. `public`: the other half, as DER."""

    public: bytes
    sign: Sign


def file_key(path: Path, algorithm: str, password: str | None = None) -> FileKey:
    """The key of a PEM file. Raises InvalidInput where it cannot be read or is of another algorithm."""
    try:
        key = load_pem_private_key(path.read_bytes(), password.encode() if password else None)
    except (OSError, ValueError, TypeError):
        raise invalid(path, "cannot be read as a private key; check the file and its password") from None
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if algorithm == "ed25519" and isinstance(key, Ed25519PrivateKey):
        return FileKey(public, key.sign)
    digest = HASHES.get(algorithm[2:])
    if digest and algorithm in NUMBER_BYTES and isinstance(key, ec.EllipticCurvePrivateKey):
        curve = ec.ECDSA(digest)
        return FileKey(public, lambda data: as_numbers(key.sign(data, curve), algorithm))
    if digest and algorithm.startswith("ps") and isinstance(key, rsa.RSAPrivateKey):
        pss = padding.PSS(padding.MGF1(digest), digest.digest_size)
        return FileKey(public, lambda data: key.sign(data, pss, digest))
    raise invalid(path, f"is no key for {algorithm}; set the `algorithm` that it has")


def command_key(command: Sequence[str], algorithm: str) -> Sign:
    """Signs with a command: the bytes on its standard input, the signature on its output. Signing raises RenderFailed
    where it fails.
    """

    def sign(data: bytes) -> bytes:
        try:
            done = subprocess.run(command, input=data, capture_output=True, timeout=LONGEST_SIGNING_S, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise RenderFailed(f"{command[0]} could not sign: {error}") from None
        if done.returncode or not done.stdout:
            words = done.stderr.decode("utf-8", "replace").strip()[-300:] or "it said nothing"
            raise RenderFailed(f"{command[0]} could not sign (exit code {done.returncode}): {words}")
        return as_numbers(done.stdout, algorithm)

    return sign


def as_numbers(signature: bytes, algorithm: str) -> bytes:
    """An ECDSA signature as its two numbers, which C2PA wants; most tools write them as DER."""
    size = NUMBER_BYTES.get(algorithm)
    if size is None or len(signature) == 2 * size:
        return signature
    r, s = decode_dss_signature(signature)
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")
