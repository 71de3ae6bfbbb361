"""One variant of a job as a draft, to be watched in a browser while the rest of it is still being made."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from portevoix.cli.watch_page import ZONES_SCRIPT, as_it_is, page_of
from portevoix.errors import invalid
from portevoix.library import Library, load_library
from portevoix.order import Order, accept
from portevoix.plan import Plan, SoundStep, make_plan, placed
from portevoix.plan.artists import artist_of
from portevoix.plan.sound import roughly, sounds_of
from portevoix.produce import Selection, select
from portevoix.render.chunks import make_batch
from portevoix.render.join import EncodedChunk, stream
from portevoix.render.mezzanine import make_mezzanine
from portevoix.render.sound.steps import make_programme_sound
from portevoix.render.video import chunk_of
from portevoix.store import Store

GROWING = ".part"  # at the end of the file's name until it is whole
LOOK_AGAIN_S = 0.05
BLOCK_BYTES = 1 << 18


def unfinished(file: Path) -> Path:
    """The name of a draft until it is whole."""
    return file.with_name(file.name + GROWING)


@dataclass(frozen=True)
class DraftVideo:
    """A variant that has been chosen. Its sound depends on no drawing, so it is begun before the plan."""

    library: Library
    order: Order
    sound: SoundStep
    store: Store
    workers: int

    @property
    def page(self) -> bytes:
        """The page that shows it."""
        return page_of(self.order.audiences[0].format, self.library.placements, self.order.name)

    def write(self, out: Path) -> int:
        """Write it to `out` as it is made, under the name `out` and `.part` until it is whole. Returns its pictures.

        Raises InvalidInput where a text cannot be set.
        """
        out.parent.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(self.workers + 1) as pool, self.store.workplace():
            try:
                sound = pool.submit(make_programme_sound, self.sound, self.store)
                artist = artist_of(self.order, self.library, self.store)
                plan = make_plan(self.order, artist, self.store, draft=True, reviewed=False)
                for mezzanine in plan.mezzanines:
                    make_mezzanine(mezzanine, self.store)
                batches = [pool.submit(make_batch, batch, self.store) for batch in plan.batches]
                sound.result()
                written = stream(
                    self._chunks(plan, batches),
                    self.store.path(self.sound.key, ".aac"),
                    plan.timeline.fps,
                    unfinished(out),
                )
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        unfinished(out).replace(out)
        return written

    def _chunks(self, plan: Plan, batches: list[Future[None]]) -> Iterator[EncodedChunk]:
        keys = [key for video in plan.videos for key in video.chunks]  # its parts, where its placement asks for some
        for key, batch in zip(keys, batches, strict=True):
            batch.result()
            yield chunk_of(key, self.store)


def choose_draft(job: Path, store: Store, selection: Selection, workers: int, house: Path | None = None) -> DraftVideo:
    """The one variant of a job that is selected. Raises InvalidInput where the selection leaves several."""
    library = load_library(house)
    order = select(accept(job, library, store), selection)
    variants = {(a.language, a.format): a for a in order.audiences}
    if len(variants) != 1:
        which = "; ".join(f"language={language} format={name}" for language, name in variants)
        raise invalid(order.name, f"one variant at a time can be watched; choose one with --only: {which}")
    job_alone = order.job.model_copy(update={"masters": False})
    order = replace(order, job=job_alone, audiences=tuple(variants.values()))
    timeline, _ = placed(order, store)
    return DraftVideo(library, order, roughly(sounds_of(order, timeline)[0]), store, workers)


@dataclass(frozen=True)
class Shown:
    """What the server sends: the draft `out`, and the `page` round it."""

    out: Path
    page: bytes


def server(shown: Shown, port: int) -> ThreadingHTTPServer:
    """A server on this machine alone that sends the draft, as far as it is, and the rest as it grows."""
    return ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, shown))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, shown: Shown, *args: object) -> None:
        self.shown = shown
        super().__init__(*args)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        try:
            match self.path:
                case "/":
                    self._whole(as_it_is(self.shown.page, not self.shown.out.exists()), "text/html; charset=utf-8")
                case "/zones.js":
                    self._whole(ZONES_SCRIPT.read_bytes(), "text/javascript")
                case "/draft.mp4" if self.shown.out.exists():
                    self._finished()
                case "/draft.mp4":
                    self._growing()
                case _:
                    self.send_error(404)
        except ConnectionError:  # a browser that is closed or looks elsewhere in the film
            self.close_connection = True

    def _whole(self, content: bytes, kind: str) -> None:
        self._head(200, kind, {"Content-Length": str(len(content))})
        self.wfile.write(content)

    def _finished(self) -> None:
        """The part that a browser asks for, so that it finds its place in a draft that is whole."""
        size = self.shown.out.stat().st_size
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        first, last = (int(asked[1]), min(int(asked[2] or size), size - 1)) if asked else (0, size - 1)
        if first > last:
            self._head(416, "video/mp4", {"Content-Range": f"bytes */{size}", "Content-Length": "0"})
            return
        length = {"Content-Length": str(last + 1 - first), "Accept-Ranges": "bytes"}
        part = {"Content-Range": f"bytes {first}-{last}/{size}"} if asked else {}
        self._head(206 if asked else 200, "video/mp4", {**length, **part})
        with self.shown.out.open("rb") as file:
            file.seek(first)
            left = last + 1 - first
            while block := file.read(min(BLOCK_BYTES, left)):
                self.wfile.write(block)
                left -= len(block)

    def _growing(self) -> None:
        self._head(200, "video/mp4", {"Transfer-Encoding": "chunked"})
        for block in growing(self.shown.out):
            self.wfile.write(f"{len(block):x}\r\n".encode() + block + b"\r\n")
        self.wfile.write(b"0\r\n\r\n")

    def _head(self, status: int, kind: str, more: Mapping[str, str]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-store")
        for name, value in more.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing: the command line says what there is to say."""


def growing(out: Path) -> Iterator[bytes]:
    """The bytes of a draft, from the first to the last, also while it is still being made."""
    part = unfinished(out)
    while not (part.exists() or out.exists()):
        time.sleep(LOOK_AGAIN_S)
    with (part if part.exists() else out).open("rb") as file:
        while True:
            whole = out.exists()  # asked before reading: what is read after that is all there is
            if block := file.read(BLOCK_BYTES):
                yield block
            elif whole:
                return
            else:
                time.sleep(LOOK_AGAIN_S)
