"""Where an account's finished sets go, as `accounts.yaml` says it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, model_validator

from portevoix.authoring.document import Authored
from portevoix.store.destination import Destination
from portevoix.store.errors import StoreRefused
from portevoix.store.opening import is_bucket


def _spelt_out(value: Any) -> Any:
    return {"to": value} if isinstance(value, str) else value


class AccountDestination(Authored):
    """A folder or `s3://bucket/prefix`, as a text or as `to` with what else is to be said of a bucket.

    Keys are named, never written here: `profile` is a section of `~/.aws`, the two `…_from` are environment variables.
    """

    to: str
    endpoint: str | None = None
    region: str | None = None
    profile: str | None = None
    access_key_from: str | None = None
    secret_key_from: str | None = None
    checksums: bool | None = None
    encryption: Literal["AES256", "aws:kms"] | None = None
    kms_key: str | None = None
    tags: dict[str, str] | None = None

    @model_validator(mode="after")
    def _usable(self) -> AccountDestination:
        try:
            self.value(Path())
        except StoreRefused as error:
            raise ValueError(str(error)) from None
        return self

    def value(self, base: Path) -> Destination:
        """The destination itself; a folder's path counts from `base`."""
        place = self.to if is_bucket(self.to) or not self.to.strip() else str(base / self.to)
        return Destination.parse(place, **self.model_dump(exclude={"to"}, exclude_none=True))


WrittenDestination = Annotated[
    AccountDestination, BeforeValidator(_spelt_out, json_schema_input_type=str | AccountDestination)
]
