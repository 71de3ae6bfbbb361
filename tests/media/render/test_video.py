"""A finished file: each chunk is decoded once, when it is made, and what is joined holds the same packets."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from portevoix import ffmpeg
from portevoix.errors import RenderFailed
from portevoix.plan import Plan
from portevoix.produce import Selection, prepare
from portevoix.render import chunks, video
from portevoix.render.join import EncodedChunk, holds, join
from portevoix.render.measure import measure, pictures_decoded
from portevoix.render.run import run_plan
from portevoix.render.video import chunk_of
from portevoix.store import FolderStore, Store

CUES = "WEBVTT\n\n00:00.200 --> 00:01.200\n{first}\n\n00:04.400 --> 00:05.400\n{second}\n"


@dataclass
class Decoded:
    """How many pictures were decoded of finished chunks and files."""

    pictures: list[int] = field(default_factory=list)

    def __call__(self, path: Path, *more: Any) -> int | None:
        found = pictures_decoded(path, *more)
        self.pictures.append(found or 0)
        return found


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> Decoded:
    counted = Decoded()
    monkeypatch.setattr(chunks, "pictures_decoded", counted)
    monkeypatch.setattr(video, "pictures_decoded", counted)
    return counted


@pytest.fixture
def job(clip, tmp_path: Path) -> Path:
    """Six seconds in two languages, which share the seconds without words."""
    clip("a.mp4", "testsrc2=s=128x72", seconds=6)
    for code in ("fr", "en"):
        write_cues(tmp_path, code)
    path = tmp_path / "job.yaml"
    path.write_text(
        "recipe: subtitles\ntitle: {fr: Titre, en: Title}\nclips: [{file: media/a.mp4}]\n"
        "scripts: {fr: fr.vtt, en: en.vtt}\nlanguages: [fr, en]\nposter: none\n",
        "utf-8",
    )
    return path


def write_cues(folder: Path, code: str, first: str = "Oui", second: str = "Non") -> None:
    (folder / f"{code}.vtt").write_text(CUES.format(first=f"{first} {code}", second=f"{second} {code}"), "utf-8")


def made(job: Path, store: Store) -> Plan:
    plan = prepare(job, store, Selection())[3]
    assert run_plan(plan, store, 2, lambda event: None) == []
    return plan


def facts(plan: Plan, store: Store) -> list[dict[str, Any]]:
    return [store.facts(one.key)["measured"] for one in plan.videos]


def damage(file: Path, chunk: EncodedChunk) -> None:
    """Other bits in the middle of a chunk's largest packet."""
    largest = max(chunk.packets, key=lambda packet: packet.size)
    content, middle = bytearray(file.read_bytes()), largest.offset + largest.size // 3
    content[middle : middle + 200] = b"\x55" * 200
    file.write_bytes(content)


def test_each_chunk_that_is_seen_is_decoded_once_whatever_the_number_of_films(
    job: Path, store: Store, decoded: Decoded
) -> None:
    plan = made(job, store)
    seen = {key for one in plan.videos for key in one.chunks}
    assert len(seen) < sum(len(one.chunks) for one in plan.videos), "languages share chunks"
    assert sum(decoded.pictures) == sum(store.facts(key)["frames"] for key in seen)
    assert all(found["decoded"] is True for found in facts(plan, store))


def test_a_corrected_word_decodes_only_the_chunks_that_changed(job: Path, store: Store, decoded: Decoded) -> None:
    before = made(job, store)
    decoded.pictures.clear()
    write_cues(job.parent, "fr", first="Mais oui")
    after = made(job, store)
    known = {key for one in before.videos for key in one.chunks}
    changed = [key for one in after.videos for key in one.chunks if key not in known]
    assert decoded.pictures == [store.facts(key)["frames"] for key in changed] == [50]
    assert all(found["decoded"] is True for found in facts(after, store))


def test_a_joined_file_holds_its_chunks_packets_and_any_other_bit_is_seen(
    job: Path, store: Store, tmp_path: Path
) -> None:
    one = made(job, store).videos[0]
    parts, file = [chunk_of(key, store) for key in one.chunks], store.path(one.key, ".mp4")
    assert holds(file, parts, one.fps)
    assert not holds(file, [parts[1], parts[0], *parts[2:]], one.fps)
    assert not holds(file, parts[:-1], one.fps), "pictures that belong to no chunk"
    assert not holds(file, parts, one.fps * 2), "pictures at other times"
    content = bytearray(file.read_bytes())
    content[content.index(b"mdat") + 3_000] ^= 1
    (tmp_path / "bit.mp4").write_bytes(content)
    assert not holds(tmp_path / "bit.mp4", parts, one.fps)


def test_a_join_that_wrote_other_packets_is_not_kept(job: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = prepare(job, store, Selection())[3]

    def turned(parts: list[EncodedChunk], *more: Any) -> None:
        join([*parts[1:], parts[0]], *more)

    monkeypatch.setattr(video, "join", turned)
    failures = run_plan(plan, store, 2, lambda event: None)
    assert len(failures) == len(plan.videos) and all("does not hold what its chunks hold" in said for said in failures)
    assert not any(store.has(one.key) for one in plan.videos)


def test_a_chunk_that_cannot_be_decoded_to_its_end_is_not_kept(
    job: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, looked_at = prepare(job, store, Selection())[3], chunks.look_at_chunk

    def spoilt(file: Path) -> EncodedChunk:
        found = looked_at(file)
        damage(file, found)
        return found

    monkeypatch.setattr(chunks, "look_at_chunk", spoilt)
    batch = next(one for one in plan.batches if one.branches)
    with pytest.raises(RenderFailed, match="cannot be decoded to its end; render again"):
        chunks.make_batch(batch, store)
    assert not any(store.has(step.key) for step in batch.branches)


def test_chunks_from_before_they_were_decoded_alone_are_decoded_by_the_join(
    job: Path, tmp_path: Path, store: Store, decoded: Decoded
) -> None:
    plan, older, spoilt = made(job, store), FolderStore(tmp_path / "older"), FolderStore(tmp_path / "spoilt")
    one = plan.videos[0]
    for target in (older, spoilt):
        for number, key in enumerate(one.chunks):
            found, file = store.facts(key), tmp_path / "chunk.mp4"
            file.write_bytes(store.path(key, ".mp4").read_bytes())
            if target is spoilt and number == 1:
                damage(file, chunk_of(key, store))
            target.put(key, {".mp4": file}, {name: found[name] for name in ("frames", "parameter_sets", "packets")})
        (tmp_path / "sound.aac").write_bytes(store.path(one.sound, ".aac").read_bytes())
        target.put(one.sound, {".aac": tmp_path / "sound.aac"}, {})
    decoded.pictures.clear()
    video.join_video(one, older)
    assert sum(decoded.pictures) == one.frame_count
    assert older.facts(one.key)["measured"]["decoded"] is True
    video.join_video(one, spoilt)
    assert spoilt.facts(one.key)["measured"]["decoded"] is False


def test_what_is_known_of_the_pictures_is_not_looked_for_again_but_the_sound_is(clip, tmp_path: Path) -> None:
    film = clip("f.mp4", "testsrc2=s=128x72", seconds=1)
    assert (measure(film).decoded, measure(film, pictures=False).decoded) == (True, False)
    ffmpeg.run(["-v", "error", "-i", str(film), "-c", "copy", "-an", "mute.mp4"], tmp_path, 60, encodes=False)
    assert measure(tmp_path / "mute.mp4", pictures=True).decoded
    assert measure(film).fps == Fraction(25)
