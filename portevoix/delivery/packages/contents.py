"""What a package holds, from a finished set: its files under safe names, the texts of its posts, its tables."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from PIL import Image

from portevoix.delivery.packages.names import safe_name, safe_names
from portevoix.delivery.packages.tables import posts_csv, posts_xlsx
from portevoix.render.still import within

LEFT_OUT = ("master", "cut list")  # for the editor who takes over
THUMBNAIL_PX = 640  # of its longer side: what pages and lists show
THUMBNAIL_BYTES = 200_000
SIGNED = ("approved_sha256", "credentials")  # said of a file that was signed alone
TEXTS = {"post": "text", "title": "title", "alt": "alt_text", "transcript": "transcript"}  # by how their files end

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Entry:
    """One file of a package. `content`: its bytes, or the file that has them. `facts`: what the manifest says of it."""

    name: str
    kind: str
    content: Path | bytes
    facts: Facts

    @property
    def sha256(self) -> str:
        return str(self.facts["sha256"])


def package_of(manifest: Facts, place: Callable[[Facts], Path], address: str = "") -> list[Entry]:
    """Everything that a package of a finished set holds, its manifest last. The same set gives the same bytes.

    `manifest`: as `manifest.json` has it, with the deliveries that are wanted; `place`: where a delivery's file lies;
    `address`: where the package will lie on the web, for tools that fetch films themselves.
    """
    deliveries = [d for d in manifest["deliveries"] if d["kind"] not in LEFT_OUT]
    names = safe_names(map(_path_of, deliveries))
    files = [Entry(names[_path_of(d)], d["kind"], place(d), _facts_of(d)) for d in deliveries]
    files += list(_thumbnails(files))
    posts = [_Post(json.loads(_bytes(file)), file, _beside(file, files)) for file in files if file.kind == "post"]
    texts = [text for post in posts for text in _texts(post)]
    rows = [_row(post, address) for post in posts]
    tables = [_made("posts.csv", "table", posts_csv(rows)), _made("posts.xlsx", "table", posts_xlsx(rows))]
    entries = sorted([*files, *texts, *(tables if posts else [])], key=lambda entry: entry.name)
    return [*entries, _manifest(manifest, entries)]


@dataclass(frozen=True)
class _Post:
    """A post, its file, and the files that belong to it."""

    said: Facts
    file: Entry
    files: Sequence[Entry]

    def names(self, *kinds: str) -> list[str]:
        return [file.name for kind in kinds for file in self.files if file.kind == kind]


def _facts_of(delivery: Facts) -> Facts:
    kept = ("account", "placement", "language", "format", "part", "bytes", "sha256", *SIGNED)
    return {**{key: delivery[key] for key in kept if key in delivery}, "delivered_as": _path_of(delivery)}


def _path_of(delivery: Facts) -> str:
    """What a file is called in its set, also where it was signed."""
    return str(delivery.get("delivered_as") or delivery["path"])


def _beside(post: Entry, files: Iterable[Entry]) -> list[Entry]:
    """The files of one post: those of its folder and language, of its part where they have one."""
    folder = PurePosixPath(post.name).parent
    alike = [f for f in files if PurePosixPath(f.name).parent == folder and f is not post]
    same = [f for f in alike if f.facts["language"] == post.facts["language"]]
    return [f for f in same if f.facts["part"] in (None, post.facts["part"])]


def _thumbnails(files: Iterable[Entry]) -> Iterator[Entry]:
    """A small picture of each poster; of each still where its placement has no poster."""
    files = list(files)
    with_poster = {PurePosixPath(file.name).parent for file in files if file.kind == "poster"}
    for file in files:
        if file.kind == "poster" or (file.kind == "still" and PurePosixPath(file.name).parent not in with_poster):
            with Image.open(io.BytesIO(_bytes(file)), formats=["JPEG"]) as picture:
                picture.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX), Image.Resampling.LANCZOS)
                small = within(picture.convert("RGB"), THUMBNAIL_BYTES)
            stem = file.name.removesuffix(".jpg").removesuffix("_poster")
            yield _made(f"{stem}_thumbnail.jpg", "thumbnail", small, file.facts)


def _texts(post: _Post) -> Iterator[Entry]:
    """Each text of a post alone, to be copied."""
    stem = post.file.name.removesuffix("_post.json")
    for ending, key in TEXTS.items():
        if post.said[key]:
            yield _made(f"{stem}_{ending}.txt", "text", f"{post.said[key]}\n".encode(), post.file.facts)


def _row(post: _Post, address: str) -> dict[str, Any]:
    said = post.said
    media = post.names("video") or post.names("still")
    counted = said["counted"].get("text", {})
    return {
        "text": said["text"],
        "media": [f"{address.rstrip('/')}/{name}" if address else name for name in media],
        "title": said["title"],
        "alt_text": said["alt_text"],
        "placement": said["placement"] or "",
        "account": said["account"] or "",
        "language": said["language"],
        "captions": post.names("sidecar"),
        "pictures": post.names("cover", "poster", "still"),
        "transcript": said["transcript"],
        "length": counted.get("length", 0),
        "limit": counted.get("limit"),
        "unit": counted.get("unit", ""),
    }


def _made(name: str, kind: str, content: bytes, of: Facts | None = None) -> Entry:
    kept = {key: of[key] for key in ("account", "placement", "language", "part")} if of else {}
    return Entry(name, kind, content, {**kept, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()})


def _manifest(manifest: Facts, entries: Iterable[Entry]) -> Entry:
    """What is there. It says nothing of when and where it was made, so that the same set has the same manifest."""
    listed = [{"name": entry.name, "kind": entry.kind, **entry.facts} for entry in entries]
    said = ("job", "embargo", "words", "left_out")
    head = {"schema_version": 1, **{key: manifest[key] for key in said if key in manifest}}
    content = json.dumps({**head, "files": listed}, ensure_ascii=False, indent=2) + "\n"
    return _made("manifest.json", "manifest", content.encode())


def _bytes(entry: Entry) -> bytes:
    return entry.content if isinstance(entry.content, bytes) else entry.content.read_bytes()


def folder_name(job: str) -> str:
    """What a package of this job is called."""
    return safe_name(job)
