"""Strangers' files through upload, worker and command line, with traps that nothing may touch and limits that hold."""

from __future__ import annotations

import ctypes
import json
import os
import select
import shutil
import socket
import tempfile
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import worker_context
from http_service import HttpService, announced
from services import NOTICE
from strange_media import claims, films, pictures
from strange_texts import (
    DOCUMENT,
    Stranger,
    Traps,
    disguised,
    named_by_an_enemy,
    packages,
    texts,
)
from typer.testing import CliRunner

from portevoix.cli import app as commands
from portevoix.sandbox import client
from service.ledger.states import UNENDED

MADE, REFUSED, FAILED = "made", "refused", "failed by name"  # how a file ends that is no fault of ours
LONGEST_S = 120.0  # for one file, by one way
MOST_BYTES = 2_600_000_000  # of one process that reads: 2 GB and what it begins with
IN_ACCESS, IN_OPEN, IN_NONBLOCK = 0x1, 0x20, 0o4000  # inotify(7)
BLAME = ("a mistake of Portevoix", "Traceback", "cannot be read (")  # no sentence for an author
CUES = "WEBVTT\n\n00:00:00.100 --> 00:00:00.900\nBonjour\n"
HEAD = "languages: [fr]\nformats: [square]\nposter: none\ntitle: {fr: Essai}\n"


def corpus(traps: Traps, folder: Path) -> Iterator[Stranger]:
    """Everything that somebody thought of, after what ffmpeg makes of it in `folder`."""
    for some in (disguised, texts, packages, pictures, claims):
        yield from some(traps)
    yield from films(folder)
    yield from named_by_an_enemy()


@dataclass(frozen=True)
class End:
    """How one file ended by one way, and what was wrong with that, if anything was."""

    stranger: Stranger
    way: str
    how: str
    said: str
    seconds: float
    wrong: tuple[str, ...]


class Watch:
    """The traps: a file with a secret that tells when it is opened, a port that tells when it is asked."""

    def __init__(self, folder: Path) -> None:
        canary = folder / "canary.srt"
        canary.write_text(f"1\n00:00:00,100 --> 00:00:00,900\n{os.urandom(8).hex()}\n")
        self._tcp = socket.create_server(("127.0.0.1", 0))
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(self._tcp.getsockname())
        libc = ctypes.CDLL(None, use_errno=True)
        self._looks = libc.inotify_init1(IN_NONBLOCK)
        assert libc.inotify_add_watch(self._looks, os.fsencode(canary), IN_ACCESS | IN_OPEN) >= 0
        self.traps = Traps(canary, self._tcp.getsockname()[1])

    def touched(self) -> list[str]:
        """Which traps were touched since the last look."""
        named = {self._looks: "the canary was opened", self._tcp: "the port was asked", self._udp: "the port was asked"}
        ready, _, _ = select.select(list(named), [], [], 0)
        if self._looks in ready:
            os.read(self._looks, 1 << 16)
        for asked in ready:
            if asked is self._tcp:
                self._tcp.accept()[0].close()
            elif asked is self._udp:
                self._udp.recv(1 << 16)
        return [named[one] for one in ready]

    def close(self) -> None:
        self._tcp.close()
        self._udp.close()
        os.close(self._looks)


class Gauntlet:
    """A service with a worker, and the command line, which strangers' files run through."""

    def __init__(self, folder: Path, service: HttpService, good_clip: Path) -> None:
        self.folder, self.service, self.clip = folder, service, good_clip
        self.watch, self.memory = Watch(folder), Memory()
        self.memory.start()
        self.client = service.client()
        self.client.timeout = httpx.Timeout(LONGEST_S)

    def upload(self, stranger: Stranger) -> End:
        """The file over HTTP into a job, as far as it goes; then the worker does what there is to do."""
        return self._watched(stranger, "upload and worker", self._uploaded)

    def command(self, stranger: Stranger) -> End:
        """The same file in a folder, given to the command line."""
        return self._watched(stranger, "command line", self._commanded)

    def next_works(self) -> bool:
        """Whether a plain job is done after all that."""
        answer = self.client.post("/jobs", json={"name": "avis", "document": NOTICE, "draft": True})
        self.service.work()
        return bool(self.client.get(f"/jobs/{answer.json()['id']}").json()["state"] == "done")

    def _watched(self, stranger: Stranger, way: str, run: object) -> End:
        begun_s = time.monotonic()
        try:
            how, said = run(stranger)  # type: ignore[operator]
            wrong = [f"says {word!r}" for word in BLAME if word in said]
        except Exception as error:
            how, said, wrong = FAILED, traceback.format_exc(), [f"{type(error).__name__}: {error}"]
        seconds = time.monotonic() - begun_s
        wrong += self.watch.touched()
        wrong += [f"took {seconds:.0f} s"] if seconds > LONGEST_S else []
        if (held := self.memory.most()) > MOST_BYTES:
            wrong.append(f"a reader had {held:,} bytes")
        wrong += ["a process was left"] if left() else []
        return End(stranger, way, how, said, seconds, tuple(wrong))

    def _uploaded(self, stranger: Stranger) -> tuple[str, str]:
        files, document = self._job_of(stranger)
        digests: dict[str, str] = {}
        for name, content in files.items():
            answer = self._sent(name, content)
            if answer.status_code != 201:
                return self._refusal(answer)
            digests[name] = answer.json()["sha256"]
        new = {"name": "essai", "document": document, "files": digests, "draft": True}
        answer = self.client.post("/jobs", json=new)
        if answer.status_code != 202:
            return self._refusal(answer)
        self.service.work()
        job = self.client.get(f"/jobs/{answer.json()['id']}").json()
        said = "\n".join([*(fault["message"] for fault in job["faults"]), *job["failures"]])
        if job["state"] in UNENDED:
            self.client.post(f"/jobs/{job['id']}/cancel")
            raise AssertionError(f"the job is {job['state']}: {job['waits_for']}")
        if job["state"] == "done":
            return MADE, said
        assert said.strip(), f"the job is {job['state']}, and nobody says why"
        return FAILED, said

    def _sent(self, name: str, content: bytes) -> httpx.Response:
        headers = {**announced(name, len(content)), "Content-Type": "application/offset+octet-stream"}
        return self.client.post("/uploads", content=content, headers=headers)

    def _refusal(self, answer: httpx.Response) -> tuple[str, str]:
        assert 400 <= answer.status_code < 500, f"{answer.status_code}: {answer.text}"
        return REFUSED, answer.text

    def _job_of(self, stranger: Stranger) -> tuple[dict[str, bytes], str]:
        """A job with this file in it: the names that its document has, their bytes, and the document."""
        good, script, own = self.clip.read_bytes(), CUES.encode(), {stranger.name: stranger.content}
        name = json.dumps(stranger.name, ensure_ascii=False)  # as YAML too says it
        match stranger.role:
            case "clip":
                files, says = {"fr.vtt": script, **own}, f"clips: [{{file: {name}}}]\nscripts: {{fr: fr.vtt}}\n"
            case "script":
                files, says = {"good.mp4": good, **own}, f"clips: [{{file: good.mp4}}]\nscripts: {{fr: {name}}}\n"
            case "sound":
                return own, f"recipe: explainer\n{HEAD}points: [{{text: {{fr: Un}}}}]\nmusic: {{file: {name}}}\n"
            case "photo":
                return own, f"recipe: explainer\n{HEAD}points: [{{text: {{fr: Un}}, picture: {name}}}]\n"
            case _:
                return {"good.mp4": good, "fr.vtt": script}, stranger.content.decode("utf-8", "replace")
        return files, f"recipe: subtitles\n{HEAD}{says}"

    def _commanded(self, stranger: Stranger) -> tuple[str, str]:
        with tempfile.TemporaryDirectory(dir=self.folder) as own:
            place = Path(own)
            files, document = self._job_of(stranger)
            (place / "essai.yaml").write_bytes(stranger.content if stranger.role == DOCUMENT else document.encode())
            for inside, content in files.items():
                if not _put(place / "in" / inside, place, content):
                    return REFUSED, f"{inside!r} is no name on a disk"
            return self._run(place)

    def _run(self, place: Path) -> tuple[str, str]:
        job = place / "in" / "essai.yaml"
        job.parent.mkdir(exist_ok=True)
        shutil.move(place / "essai.yaml", job)
        words = ["render", str(job), "--out", str(place / "out"), "--store", str(self.folder / "own-store"), "--draft"]
        result = CliRunner().invoke(commands, [*words, "--workers", "1"])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code in (0, 1, 2), result.output
        assert result.exit_code == 0 or result.output.strip(), "nothing is said"
        return (MADE, REFUSED, REFUSED)[0 if result.exit_code == 0 else 1], result.output if result.exit_code else ""


def _put(file: Path, inside: Path, content: bytes) -> bool:
    """Write a file where its name may stand at all."""
    try:
        if not file.resolve().is_relative_to(inside.resolve()) or file.resolve() == inside.resolve():
            return False
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    except (OSError, ValueError):
        return False
    return True


def readers() -> list[int]:
    """The confined processes that run for this one: those below its helpers that have a list for seccomp."""
    found, below = [], [helper.process.pid for helper in client._helpers.values()]
    while below:
        process = below.pop()
        listed = Path(f"/proc/{process}/task/{process}/children")
        try:
            below += map(int, listed.read_text("ascii").split())
        except OSError:
            continue  # it has ended
        if _fact(process, "Seccomp") == "2":
            found.append(process)
    return found


def _fact(process: int, name: str) -> str:
    try:
        lines = Path(f"/proc/{process}/status").read_text("ascii", "replace").splitlines()
    except OSError:
        return ""
    return next((line.split()[1] for line in lines if line.startswith(f"{name}:")), "")


def left() -> list[int]:
    """Confined processes that still run although nobody waits for them."""
    for _ in range(1_200):  # the helper buries what has ended, but not in the same moment
        if not (found := readers()):
            return []
        time.sleep(0.05)
    return found


class Memory(threading.Thread):
    """Looks again and again at how much memory confined processes have."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._seen: list[int] = []
        self._end = threading.Event()

    def run(self) -> None:
        while not self._end.wait(0.02):
            self._seen += [1024 * int(_fact(reader, "VmHWM") or 0) for reader in readers()]

    def most(self) -> int:
        """The most that one had since this was last asked."""
        seen, self._seen = self._seen, []
        return max(seen, default=0)

    def stop(self) -> None:
        self._end.set()
        self.join()


@contextmanager
def gauntlet_in(folder: Path) -> Iterator[Gauntlet]:
    """A gauntlet over a service of its own."""
    clip = worker_context.a_clip(folder / "good.mp4", 1, "96x54")
    service = HttpService(
        folder, upload_bytes=50_000_000, queued_jobs=10**6, held_files=10**6, requests=10**7, requests_each=10**7
    )
    with service.open():
        run = Gauntlet(folder, service, clip)
        try:
            yield run
        finally:
            run.memory.stop()
            run.watch.close()
            run.client.close()
