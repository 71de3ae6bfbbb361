"""Films of every kind, made here: each with its number in every picture and a click in every second of its sound.

Every film goes through a job. What comes out is compared with the film as PyAV alone decodes it, edit lists applied:
each frame shows the picture of its time, each click stands at its place, or the film is refused in a sentence.
With `--damage` films are damaged, and none may be done without a word that does not look like the clean one.

    python benchmarks/films.py [--count 1000] [--seed 1] [--damage]
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from film_making import CLICK_S, DAMAGES, RATE_HZ, Recipe, choose, damage, make, number_in
from numpy.typing import NDArray

from portevoix.errors import InvalidInput
from portevoix.produce import Production, produce
from portevoix.store import FolderStore

MOST_OFF_S = 0.0015  # of a click: less than AAC's own blur
GAP_S = 0.005  # a clock may count in milliseconds
TIE_S = 0.002  # a picture that comes so near to the middle between two frames may stand in either
HEARD_S = 0.2  # of sound before the first picture: less is padding
LEAST_PSNR_DB = 35.0
# A decoder of these shows what comes of a changed bit, and cannot know it; `docs/films.md` says so.
WITHOUT_CHECKS = ("vp8", "prores", "mjpeg")
UNSEEN = "a changed bit that no decoder can know"
STANDS_S = 0.2  # a last picture that lasts longer belongs to the film
TOLD_EVERY = 50  # films
JOB = 'recipe: subtitles\nlanguages: [fr]\nclips: [{file: "%s"%s}]\nscripts: {fr: fr.vtt}\n'
SCRIPT = "WEBVTT\n\n00:00.100 --> 00:00.900 line:92%\nUn\n"


@dataclass(frozen=True)
class Read:
    """A film as it is presented: pictures by their second, and the seconds of its clicks."""

    pictures: list[tuple[float, int]]
    clicks: list[float]
    last_s: float  # how long its last picture lasts


def read(path: Path) -> Read:
    """The film as PyAV decodes it."""
    pictures, last_s = [], 0.0
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            grey = np.rot90(frame.to_ndarray(format="gray"), int(frame.rotation) // 90)
            pictures.append((float(frame.pts * frame.time_base), number_in(grey)))
            last_s = float(frame.duration * frame.time_base)
    begins_s, sound = heard(path)
    zero_s = pictures[0][0]
    zero_s = begins_s if begins_s is not None and begins_s < zero_s - HEARD_S else zero_s
    clicks = [] if begins_s is None else [second + begins_s - zero_s for second in clicks_in(sound)]
    pictures = [(at_s - zero_s, number) for at_s, number in sorted(pictures)]
    return Read(pictures, [c for c in clicks if c >= 0], last_s)


def heard(path: Path) -> tuple[float | None, NDArray[np.float64]]:
    """When the sound begins, and its samples at 48 kHz in one channel; gaps of its clock are silent."""
    pieces: dict[int, NDArray[np.float64]] = {}
    with av.open(str(path)) as container:
        if not container.streams.audio:
            return None, np.zeros(0)
        first, end = None, 0
        for frame in _sounding(container):
            if frame.pts is None or not frame.samples:
                continue
            at_s = float(frame.pts * frame.time_base)
            first = at_s if first is None else first
            stamped = round((at_s - first) * RATE_HZ)
            at = stamped if abs(stamped - end) > GAP_S * RATE_HZ else end
            end = at + frame.samples
            side = frame.to_ndarray().astype(float).reshape(-1, frame.samples if frame.format.is_planar else 1)
            mono = side[0] if frame.format.is_planar else side.reshape(frame.samples, -1)[:, 0]
            scale = 1.0 if frame.format.name.startswith(("flt", "dbl")) else 2.0 ** (8 * frame.format.bytes - 1)
            pieces[at] = mono / scale
    if first is None:
        return None, np.zeros(0)
    sound = np.zeros(max(at + len(piece) for at, piece in pieces.items()))
    for at, piece in pieces.items():
        sound[at : at + len(piece)] = piece
    return first, sound


def _sounding(container: Any) -> Iterator[Any]:
    """The frames of the first sound that can be decoded: of a stream that was cut anywhere the first may be half."""
    for packet in container.demux(audio=0):
        try:
            yield from packet.decode()
        except av.error.InvalidDataError:
            continue


def clicks_in(sound: NDArray[np.float64]) -> list[float]:
    """The seconds at which clicks begin: where a click's own energy is at its highest."""
    length = int(CLICK_S * RATE_HZ)
    if len(sound) < 2 * length:
        return []
    tone = np.exp(-2j * np.pi * 1000 * np.arange(length) / RATE_HZ)
    match = np.abs(np.convolve(sound, tone[::-1], mode="valid"))
    found: list[float] = []
    while match.max() > 0.3 * 0.5 * length / 2:
        at = int(match.argmax())
        found.append(at / RATE_HZ)
        match[max(0, at - 2 * length) : at + 2 * length] = 0
    return sorted(found)


@dataclass(frozen=True)
class Result:
    """What became of a film: faults, or the sentence with which it was refused; or neither."""

    faults: tuple[str, ...] = ()
    refused: str = ""

    @property
    def outcome(self) -> str:
        """In a word."""
        if self.faults:
            return "unknowable" if self.faults == (UNSEEN,) else "wrong"
        return "refused" if self.refused else "right"


def put_through(film: Path, folder: Path, more: str = "") -> tuple[Path | None, Result]:
    """The file that a job makes of the film."""
    (folder / "fr.vtt").write_text(SCRIPT, "utf-8")
    (folder / "job.yaml").write_text(JOB % (film.name, more), "utf-8")
    try:
        made = produce(
            folder / "job.yaml", folder / "out", Production(FolderStore(folder / "store"), draft=True, workers=1)
        )
    except InvalidInput as error:
        return None, Result(refused="; ".join(fault.message for fault in error.faults))
    if made.failures:
        return None, Result(tuple(made.failures))
    return next(folder / "out" / d.path for d in made.deliveries if d.kind == "video"), Result()


def compare(film: Path, made: Path) -> tuple[str, ...]:
    """What differs between a film and what was made of it."""
    wanted, got, faults = read(film), read(made), []
    with av.open(str(made)) as container:
        fps = float(container.streams.video[0].average_rate)
    off = []
    for frame, (at_s, number) in enumerate(got.pictures):
        moment = (frame + 0.5) / fps
        shown = [n for t, n in wanted.pictures if t < moment + 1e-6] or [wanted.pictures[0][1]]
        early = [n for t, n in wanted.pictures if t < moment - TIE_S] or [wanted.pictures[0][1]]
        late = [n for t, n in wanted.pictures if t < moment + TIE_S] or [wanted.pictures[0][1]]
        if number not in (shown[-1], early[-1], late[-1]):
            off.append(f"{at_s:.2f} s: {number} for {shown[-1]}")
    if off:
        faults.append(f"{len(off)} of {len(got.pictures)} pictures: {', '.join(off[:4])}")
    last_s = wanted.pictures[-1][0] + (wanted.last_s if wanted.last_s > STANDS_S else 0)
    if len(got.pictures) / fps < last_s - 0.5 / fps:
        faults.append(f"ends at {len(got.pictures) / fps:.2f} s, the film goes on until {last_s:.2f} s")
    ends_s = len(got.pictures) / fps
    there = [c for c in wanted.clicks if c < ends_s - 2 * CLICK_S]
    lost = [c for c in there if not any(abs(c - g) <= MOST_OFF_S for g in got.clicks)]
    lost = [c for c in lost if c > 2 * CLICK_S]  # faded in
    if lost:
        faults.append(f"clicks at {[round(c, 4) for c in lost]}, heard at {[round(c, 4) for c in got.clicks]}")
    dropped = [c for c in wanted.clicks if c > ends_s + 1 / fps]
    if dropped:
        faults.append(f"clicks after the end: {dropped}")
    return tuple(faults)


def try_film(recipe: Recipe, folder: Path) -> Result:
    """Make a film in `folder`, put it through a job, compare."""
    film = make(recipe, folder)
    made, result = put_through(film, folder)
    return result if made is None else Result(compare(film, made))


def psnr(one: Path, other: Path) -> float:
    """The lowest likeness of two films' pictures, in dB; 0 where one lacks some."""
    with av.open(str(one)) as first, av.open(str(other)) as second:
        pairs = [[f.to_ndarray(format="gray").astype(float) for f in c.decode(video=0)] for c in (first, second)]
    if len(pairs[0]) != len(pairs[1]):
        return 0.0
    errors = [float(((a - b) ** 2).mean()) for a, b in zip(*pairs, strict=True)]
    return float(10 * np.log10(255**2 / max(*errors, 1e-9)))


def try_damage(recipe: Recipe, how: str, folder: Path, chance: random.Random) -> Result:
    """Damage a film; it is refused, or what is made of it looks like what is made of the clean one."""
    film = make(recipe, folder)
    damaged = damage(film, how, chance)
    made, result = put_through(damaged, folder)
    if made is None:
        return Result(refused=result.refused or "; ".join(result.faults))
    (clean := folder / "clean").mkdir()
    film.rename(clean / film.name)
    whole, _ = put_through(clean / film.name, clean)
    like = psnr(made, whole) if whole else 0.0
    if like >= LEAST_PSNR_DB:
        return Result()
    hidden = how == "flipped bits" and recipe.codec in WITHOUT_CHECKS
    return Result((UNSEEN if hidden else f"done without a word at {like:.1f} dB",))


def outcome_of(number: int, asked: Any) -> tuple[str, Result]:
    """The film of a number and what became of it; each number has a chance of its own, so that any can be repeated."""
    chance = random.Random(f"{asked.seed}-{number}")
    recipe, how = choose(chance), chance.choice(DAMAGES)
    with tempfile.TemporaryDirectory() as name:
        try:
            made = try_damage(recipe, how, Path(name), chance) if asked.damage else try_film(recipe, Path(name))
        except Exception as error:  # whatever it is, it is a fault of the product, and the next film is tried
            made = Result((f"{type(error).__name__}: {error}",))
    return f"{recipe}{f', {how}' * asked.damage}", made


def main() -> int:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--count", type=int, default=1000)
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--first", type=int, default=0, help="the number of the first film: goes on where one ended")
    reader.add_argument("--damage", action="store_true")
    asked = reader.parse_args()
    print(f"{asked.count} films from {asked.first} on, seed {asked.seed}{', damaged' * asked.damage}", flush=True)
    counted = Counter[str]()
    for number in range(asked.first, asked.first + asked.count):
        recipe, result = outcome_of(number, asked)
        outcome = result.outcome
        counted[outcome] += 1
        if outcome != "right":
            print(f"{number}: {recipe}: {outcome}: {'; '.join(result.faults) or result.refused}", flush=True)
        if (number + 1) % TOLD_EVERY == 0:
            print(f"{number + 1}: {told(counted)}", flush=True)
    print(told(counted))
    return 1 if counted["wrong"] else 0


def told(counted: Counter[str]) -> str:
    """The counts in words."""
    return ", ".join(f"{outcome} {count}" for outcome, count in sorted(counted.items()))


if __name__ == "__main__":
    sys.exit(main())
