"""Where finished sets are published: a folder, or a bucket's prefix, and how a bucket is reached and written to."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypedDict, Unpack
from urllib.parse import urlsplit

from portevoix.store.errors import StoreRefused
from portevoix.store.objects import Objects
from portevoix.store.objects_folder import FolderObjects
from portevoix.store.opening import is_bucket
from portevoix.store.settings import ObjectSettings, S3Settings

ENCRYPTIONS = ("AES256", "aws:kms")
BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}")
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
ACCESS_KEY = re.compile(r"(AKIA|ASIA)[A-Z0-9]{16}")  # what Amazon's own look like
TAG = re.compile(r"[\w +\-=.:/@]*")
MOST_TAGS, LONGEST_TAG, LONGEST_TAG_VALUE = 10, 128, 256  # S3's limits
FORM = "write s3://bucket/prefix, or a folder"


class Options(TypedDict, total=False):
    """What may be said of a bucket; of a folder, nothing. Keys are named, never given: by a profile of `~/.aws`, or by
    the environment variables that hold them.
    """

    endpoint: str
    region: str
    profile: str
    access_key_from: str
    secret_key_from: str
    checksums: bool
    encryption: str
    kms_key: str
    tags: Mapping[str, str]


@dataclass(frozen=True)
class Destination:
    """A folder's path or `s3://bucket/prefix`. `keys_from` are the environment variables that hold the access key and
    its secret; they are read when the destination is opened, so the value itself holds no secret.
    """

    place: str
    s3: S3Settings = field(default_factory=S3Settings)
    objects: ObjectSettings = field(default_factory=ObjectSettings)
    keys_from: tuple[str, str] | None = None

    def __str__(self) -> str:
        return self.place

    @classmethod
    def parse(cls, place: str | Path, **options: Unpack[Options]) -> Destination:
        """The destination that is meant. Raises StoreRefused, with a sentence, for what cannot be one."""
        if not is_bucket(place):
            return cls(_checked_folder(str(place), options))
        return cls(
            _checked_address(str(place)),
            S3Settings(
                endpoint=_checked_endpoint(options.get("endpoint")),
                region=options.get("region"),
                profile=options.get("profile"),
                checksums=options.get("checksums", True),
            ),
            _object_settings(options),
            _keys_from(options),
        )

    def open(self) -> Objects:
        """What the destination holds; nothing is asked of it yet. Raises StoreRefused where its keys are not set."""
        if not is_bucket(self.place):
            return FolderObjects(Path(self.place))
        from portevoix.store.objects_s3 import BucketObjects  # here, so that a folder never loads boto3

        address = urlsplit(self.place)
        return BucketObjects(address.netloc, address.path, self.reached(), self.objects)

    def reached(self) -> S3Settings:
        """How its bucket is reached, with the keys of this process. Raises StoreRefused where they are not set."""
        if not self.keys_from:
            return self.s3
        if missing := [name for name in self.keys_from if not os.environ.get(name)]:
            raise StoreRefused(
                f"{self}: the environment variable {missing[0]} is not set; it holds a key of this bucket"
            )
        access, secret = (os.environ[name] for name in self.keys_from)
        return replace(self.s3, access_key=access, secret_key=secret)


def _checked_folder(place: str, options: Options) -> str:
    if not place.strip():
        raise StoreRefused(f"the destination is empty; {FORM}")
    if options:
        raise StoreRefused(f"destination {place!r} is a folder and has no {next(iter(options))}; {FORM}")
    return place


def _checked_address(place: str) -> str:
    address = urlsplit(place)
    if "@" in address.netloc:  # not shown again: it may hold a secret
        raise StoreRefused("an address holds no keys; name a profile, or the variables that hold them")
    if address.scheme != "s3" or address.query or address.fragment or not BUCKET.fullmatch(address.netloc):
        raise StoreRefused(f"destination {place!r} cannot be used; {FORM}")
    steps = address.path.strip("/").split("/")
    if any(step in (".", "..") for step in steps) or ("" in steps and len(steps) > 1) or not place.isprintable():
        raise StoreRefused(f"destination {place!r}: a prefix has no empty steps and no '.' or '..' among them")
    return place.rstrip("/")


def _checked_endpoint(endpoint: str | None) -> str | None:
    if endpoint is not None:
        address = urlsplit(endpoint)
        if "@" in address.netloc:
            raise StoreRefused("an endpoint holds no keys; name a profile, or the variables that hold them")
        if address.scheme not in ("http", "https") or not address.netloc or address.query or address.fragment:
            raise StoreRefused(f"endpoint {endpoint!r} is not of the form https://host")
    return endpoint


def _object_settings(options: Options) -> ObjectSettings:
    encryption, kms_key = options.get("encryption"), options.get("kms_key")
    if encryption not in (None, *ENCRYPTIONS):
        raise StoreRefused(f"encryption {encryption!r} is not known; choose {' or '.join(ENCRYPTIONS)}")
    if kms_key and encryption != "aws:kms":
        raise StoreRefused("a kms_key goes with encryption aws:kms; write that too, or leave the key out")
    return ObjectSettings(encryption, kms_key, _checked_tags(options.get("tags", {})))


def _checked_tags(tags: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    if len(tags) > MOST_TAGS:
        raise StoreRefused(f"an object has at most {MOST_TAGS} tags, not {len(tags)}")
    for name, value in tags.items():
        fits = 1 <= len(name) <= LONGEST_TAG and len(value) <= LONGEST_TAG_VALUE and not name.startswith("aws:")
        if not (fits and TAG.fullmatch(name + value)):
            raise StoreRefused(
                f"tag {name!r}: {value!r} cannot be used: names have 1 to {LONGEST_TAG} letters and do not begin with "
                f"aws:, values at most {LONGEST_TAG_VALUE}; both have letters, digits, spaces and + - = . _ : / @ alone"
            )
    return tuple(sorted(tags.items()))


def _keys_from(options: Options) -> tuple[str, str] | None:
    access, secret = options.get("access_key_from"), options.get("secret_key_from")
    if access is None and secret is None:
        return None
    if access is None or secret is None:
        raise StoreRefused("access_key_from and secret_key_from go together: the names of two environment variables")
    if "profile" in options:
        raise StoreRefused("a destination has a profile, or access_key_from and secret_key_from, not both")
    if ACCESS_KEY.fullmatch(access) or not (VARIABLE.fullmatch(access) and VARIABLE.fullmatch(secret)):
        raise StoreRefused(  # not shown again: somebody may have written the key itself
            "access_key_from and secret_key_from are names of environment variables, not the keys themselves"
        )
    return access, secret
