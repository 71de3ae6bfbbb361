"""The places that commands name: a store or a destination, a folder or a bucket."""

from __future__ import annotations

import os
from typing import Any

from portevoix.cli.console import errors_reported, usage_error
from portevoix.store import Store, StoreRefused, open_store
from portevoix.store.destination import Destination, Options
from portevoix.store.opening import is_bucket

PREFIX = "PORTEVOIX_S3_"  # what the command line reaches a bucket by: PORTEVOIX_S3_ENDPOINT and so on (docs/store.md)
VARIABLES = ("endpoint", "region", "profile", "access_key_from", "secret_key_from", "encryption", "kms_key")


def destination_of(place: str) -> Destination:
    """The destination that a command names; what else there is to say of a bucket comes from the environment."""
    try:
        return Destination.parse(place, **(_options() if is_bucket(place) else {}))
    except StoreRefused as error:
        raise usage_error(str(error)) from None


def store_at(place: str) -> Store:
    """The store that a command names; a bucket is reached as a destination is."""
    if not is_bucket(place):
        return open_store(place)
    with errors_reported():
        return open_store(place, s3=destination_of(place).reached())


def _options() -> Options:
    options: Any = {name: value for name in VARIABLES if (value := os.environ.get(PREFIX + name.upper()))}
    if tags := os.environ.get(PREFIX + "TAGS"):
        pairs = [word.partition("=") for word in tags.split(",")]
        if not all(equals for _, equals, _ in pairs):
            raise usage_error(f"{PREFIX}TAGS={tags}: write NAME=VALUE,NAME=VALUE")
        options["tags"] = {name.strip(): value.strip() for name, _, value in pairs}
    if checksums := os.environ.get(PREFIX + "CHECKSUMS"):
        options["checksums"] = checksums.lower() not in ("0", "false", "no", "off")
    found: Options = options
    return found
