"""Passwords, kept by Argon2id, and secrets of ours, kept by SHA-256. argon2-cffi enters here."""

from __future__ import annotations

import hashlib
import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portevoix.errors import PortevoixError

SHORTEST, LONGEST = 12, 1_000  # characters
AT_ONCE = 2  # each takes 64 MiB and most of a processor for some tens of milliseconds
SECRET_BYTES = 32  # 256 bits cannot be guessed, so a plain SHA-256 keeps them; a password needs a slow hash

_hasher = PasswordHasher()  # RFC 9106's low-memory choice: 64 MiB, three passes, four lanes
_room = threading.BoundedSemaphore(AT_ONCE)
# Of a password that nobody knows: a name that does not exist costs the same work as one that does.
_nobodys = _hasher.hash(secrets.token_hex(SECRET_BYTES))


class WeakPassword(PortevoixError):
    """A password that is too short, too long or the name itself."""


def hashed(password: str, name: str) -> str:
    """What is kept of a new password. Raises WeakPassword."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPassword(f"a password has {SHORTEST} to {LONGEST:,} characters; this one has {len(password):,}")
    named = len(name) > 3 and name.casefold() in password.casefold()
    if named or len(set(password)) < SHORTEST // 2:
        raise WeakPassword("this password is easy to guess: it repeats itself or holds the name; choose another")
    with _room:
        return _hasher.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether this is the password that `kept` was made of; with None the same work, and always False."""
    with _room:
        try:
            return _hasher.verify(kept or _nobodys, password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def new_secret(prefix: str = "") -> str:
    """A secret that cannot be guessed, for a cookie, a link or a token."""
    return prefix + secrets.token_urlsafe(SECRET_BYTES)


def digest(secret: str) -> str:
    """What is kept of such a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
