"""How an institution signs: certificates, key by reference, algorithm, time-stamp service. One YAML file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import model_validator

from portevoix.authoring.document import Authored, read_document, validate
from portevoix.delivery.credentials.chain import Chain, read_chain
from portevoix.delivery.credentials.keys import Sign, command_key, file_key
from portevoix.errors import invalid
from portevoix.files import resolved

Algorithm = Literal["es256", "es384", "es512", "ps256", "ps384", "ps512", "ed25519"]


class SigningFile(Authored):
    """The file. `certificates`: PEM, the signer's first, then who issued each, up to its root. `key`: a PEM file, or
    `command`: what signs the bytes on its standard input and writes the signature (as for PKCS#11). `password_from`:
    the environment variable with the key file's password. `timestamps`: an RFC 3161 service; without it no time is
    stamped.
    """

    certificates: Path
    key: Path | None = None
    password_from: str | None = None
    command: tuple[str, ...] = ()
    algorithm: Algorithm = "es256"
    timestamps: str | None = None

    @model_validator(mode="after")
    def _one_key(self) -> SigningFile:
        if (self.key is None) == (not self.command):
            raise ValueError("needs a `key` (a PEM file) or a `command` that signs, one of the two")
        if self.timestamps and not self.timestamps.startswith(("http://", "https://")):
            raise ValueError(f"`timestamps` is {self.timestamps!r}; write the service's address, http://…")
        return self


@dataclass(frozen=True)
class Signing:
    """All that signing needs. `sign` gives the signature of some bytes, as the algorithm writes it."""

    chain: Chain
    algorithm: Algorithm
    sign: Sign
    timestamps: str | None = None


def load_signing(path: Path) -> Signing:
    """Read the file and what it names. Raises InvalidInput where the certificates, the key or the two do not fit.
    Whether a command has the right key is seen when it has signed.
    """
    document = read_document(path)
    written = validate(SigningFile, document)
    folder = resolved(path).parent
    chain = read_chain(folder / written.certificates)
    if written.command:
        sign = command_key(written.command, written.algorithm)
        return Signing(chain, written.algorithm, sign, written.timestamps)
    assert written.key
    password = os.environ.get(written.password_from, "") if written.password_from else None
    if password == "":
        raise invalid(
            path, f"the environment has no {written.password_from}, or an empty one; it holds the key's password"
        )
    key = file_key(folder / written.key, written.algorithm, password)
    if key.public != chain.public:
        raise invalid(folder / written.key, f"is not the key of the certificate of {chain.owner!r}; name that key")
    return Signing(chain, written.algorithm, key.sign, written.timestamps)
