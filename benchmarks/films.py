"""Films of every kind, made here: each with its number in every picture and a click in every second of its sound.

Every film goes through a job. What comes out is compared with the film as PyAV alone decodes it, edit lists applied:
each frame shows the picture of its time, each click stands at its place, or the film is refused in a sentence.
With `--damage` films are damaged, and none may be done without a word that does not look like the clean one.

    python benchmarks/films.py [--count 1000] [--seed 1] [--damage]
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from portevoix import ffmpeg
from portevoix.errors import InvalidInput
from portevoix.produce import Production, produce
from portevoix.store import FolderStore

SIZE = (320, 192)
BITS, BLOCK = 10, 64  # of the number: five blocks in each of two rows, under a third that is grey
RATE_HZ = 48_000
CLICK_S = 0.01
MOST_OFF_S = 0.0015  # of a click: less than AAC's own blur
GAP_S = 0.05
TIE_S = 0.002  # a picture that comes so near to the middle between two frames may stand in either
HEARD_S = 0.2  # of sound before the first picture: less is padding
LEAST_PSNR_DB = 35.0
KINDS: dict[str, tuple[str, ...]] = {
    "h264.mp4": ("-c:v", "libx264", "-c:a", "aac"),
    "h264-bframes.mp4": ("-c:v", "libx264", "-bf", "2", "-c:a", "aac"),
    "h264.mov": ("-c:v", "libx264", "-c:a", "pcm_s16le"),
    "prores.mov": ("-c:v", "prores_ks", "-c:a", "pcm_s24le"),
    "h264.mkv": ("-c:v", "libx264", "-bf", "2", "-c:a", "flac"),
    "vp8.webm": ("-c:v", "libvpx", "-deadline", "realtime", "-b:v", "2M", "-c:a", "libopus"),
    "h264.ts": ("-c:v", "libx264", "-bf", "2", "-c:a", "aac"),
    "mpeg2.ts": ("-c:v", "mpeg2video", "-q:v", "3", "-c:a", "mp2"),
    "h264.m2ts": ("-c:v", "libx264", "-c:a", "aac", "-mpegts_m2ts_mode", "1", "-f", "mpegts"),
    "mpeg4.avi": ("-c:v", "mpeg4", "-q:v", "3", "-c:a", "libmp3lame"),
    "mjpeg.avi": ("-c:v", "mjpeg", "-q:v", "3", "-c:a", "pcm_s16le"),
}
CHANGES = ("none", "cut", "cut at both ends", "late sound", "early sound", "sound goes on", "large start")
DAMAGES = ("flipped bits", "cut out", "dropped", "doubled")
JOB = 'recipe: subtitles\nlanguages: [fr]\nclips: [{file: "%s"%s}]\nscripts: {fr: fr.vtt}\n'
SCRIPT = "WEBVTT\n\n00:00.100 --> 00:00.900 line:92%\nUn\n"

Grey = NDArray[np.uint8]


@dataclass(frozen=True)
class Recipe:
    """How a film is made."""

    kind: str
    change: str
    sound: bool
    rate: int
    seconds: float
    at_s: float  # of the change

    def __str__(self) -> str:
        heard = "sound" if self.sound else "silent"
        return f"{self.kind}, {self.change}, {self.rate}/s, {self.seconds:g} s, {heard}, at {self.at_s:g}"


def choose(chance: random.Random) -> Recipe:
    """A film by chance."""
    sound = chance.random() < 0.8
    changes = CHANGES if sound else ("none", "cut", "cut at both ends", "large start")
    seconds = chance.choice((2.0, 3.0))
    return Recipe(
        chance.choice(list(KINDS)),
        chance.choice(changes),
        sound,
        chance.choice((24, 25, 30)),
        seconds,
        round(chance.uniform(0.25, seconds - 1.2), 2),
    )


def numbered(number: int) -> Grey:
    """A picture that says its number."""
    picture = np.full((SIZE[1], SIZE[0]), 128, np.uint8)
    for bit in range(BITS):
        row, column = divmod(bit, SIZE[0] // BLOCK)
        value = 235 if number >> bit & 1 else 16
        picture[row * BLOCK : (row + 1) * BLOCK, column * BLOCK : (column + 1) * BLOCK] = value
    return picture


def number_in(picture: Grey) -> int:
    """The number that a picture says, whatever its size."""
    height, width = picture.shape
    down, across = height / (SIZE[1] / BLOCK), width / (SIZE[0] / BLOCK)
    found = 0
    for bit in range(BITS):
        row, column = divmod(bit, SIZE[0] // BLOCK)
        found |= int(picture[int((row + 0.5) * down), int((column + 0.5) * across)] > 128) << bit
    return found


def make(recipe: Recipe, folder: Path) -> Path:
    """Write the film into `folder`."""
    name, _, suffix = recipe.kind.partition(".")
    whole, out = folder / f"whole.{suffix}", folder / f"film.{suffix}"
    frames = round(recipe.seconds * recipe.rate)
    pictures = b"".join(numbered(n).tobytes() for n in range(frames))
    lengthened = recipe.at_s if recipe.change == "sound goes on" else 0
    clicks = f"aevalsrc='0.5*sin(2*PI*1000*t)*lt(mod(t,1),{CLICK_S})':s={RATE_HZ}:d={recipe.seconds + lengthened}"
    shifted = {"late sound": recipe.at_s, "early sound": -recipe.at_s}.get(recipe.change, 0)
    heard = ["-itsoffset", f"{max(shifted, 0)}", "-f", "lavfi", "-i", clicks] if recipe.sound else []
    size = f"{SIZE[0]}x{SIZE[1]}"
    seen = ["-itsoffset", f"{max(-shifted, 0)}", "-f", "rawvideo", "-pix_fmt", "gray", "-s", size]
    seen += ["-r", f"{recipe.rate}", "-i", "-"]
    pixels = "yuv422p10le" if name == "prores" else "yuvj420p" if name == "mjpeg" else "yuv420p"
    coded = ["-pix_fmt", pixels, "-g", "12", *KINDS[recipe.kind]]
    coded += ["-output_ts_offset", "5000"] if recipe.change == "large start" and suffix.endswith("ts") else []
    _ffmpeg([*seen, *heard, *coded, str(whole)], pictures)
    if not recipe.change.startswith("cut"):
        return whole.rename(out)
    until = ["-t", f"{recipe.seconds - recipe.at_s - 0.4:.2f}"] if recipe.change == "cut at both ends" else []
    kept = [word for word in ("-mpegts_m2ts_mode", "1", "-f", "mpegts") if suffix == "m2ts"]
    _ffmpeg(["-ss", f"{recipe.at_s}", "-i", str(whole), *until, "-c", "copy", *kept, str(out)])
    return out


def _ffmpeg(arguments: list[str], given: bytes = b"") -> None:
    subprocess.run([ffmpeg.executable(), "-v", "fatal", "-y", *arguments], input=given, check=True)


@dataclass(frozen=True)
class Read:
    """A film as it is presented: pictures by their second, and the seconds of its clicks."""

    pictures: list[tuple[float, int]]
    clicks: list[float]


def read(path: Path) -> Read:
    """The film as PyAV decodes it."""
    pictures, sound = [], np.zeros(0)
    with av.open(str(path)) as container:
        pictures += [
            (float(f.pts * f.time_base), number_in(f.to_ndarray(format="gray"))) for f in container.decode(video=0)
        ]
    begins_s, sound = heard(path)
    zero_s = pictures[0][0]
    zero_s = begins_s if begins_s is not None and begins_s < zero_s - HEARD_S else zero_s
    clicks = [] if begins_s is None else [second + begins_s - zero_s for second in clicks_in(sound)]
    return Read([(at_s - zero_s, number) for at_s, number in sorted(pictures)], [c for c in clicks if c >= 0])


def heard(path: Path) -> tuple[float | None, NDArray[np.float64]]:
    """When the sound begins, and its samples at 48 kHz in one channel; gaps of its clock are silent."""
    pieces: dict[int, NDArray[np.float64]] = {}
    with av.open(str(path)) as container:
        if not container.streams.audio:
            return None, np.zeros(0)
        first, end = None, 0
        for frame in container.decode(audio=0):
            if frame.pts is None or not frame.samples:
                continue
            at_s = float(frame.pts * frame.time_base)
            first = at_s if first is None else first
            stamped = round((at_s - first) * RATE_HZ)
            at = stamped if abs(stamped - end) > GAP_S * RATE_HZ else end  # a clock may count in milliseconds
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
    last_s = wanted.pictures[-1][0]
    if len(got.pictures) / fps < last_s - 0.5 / fps:
        faults.append(f"ends at {len(got.pictures) / fps:.2f} s, the last picture is at {last_s:.2f} s")
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


def damage(film: Path, how: str, chance: random.Random) -> Path:
    """The film with damage in the second half of its bytes, beside it."""
    content = bytearray(film.read_bytes())
    half, size = len(content) // 4, len(content)
    if how == "flipped bits":
        for _ in range(20):
            content[chance.randrange(half, size * 3 // 4)] ^= 1 << chance.randrange(8)
    else:
        at, length = chance.randrange(half, size * 3 // 4), 188 * chance.randrange(4, 20)
        piece = content[at : at + length]
        changed = {"cut out": bytes(len(piece)), "dropped": b"", "doubled": bytes(piece * 2)}[how]
        content[at : at + length] = changed
    out = film.with_name(f"damaged{film.suffix}")
    out.write_bytes(content)
    return out


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
    return Result() if like >= LEAST_PSNR_DB else Result((f"done without a word at {like:.1f} dB",))


def main() -> int:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--count", type=int, default=1000)
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--damage", action="store_true")
    asked = reader.parse_args()
    print(f"{asked.count} films, seed {asked.seed}{', damaged' * asked.damage}", flush=True)
    chance, counted = random.Random(asked.seed), Counter[str]()
    for number in range(asked.count):
        recipe = choose(chance)
        how = chance.choice(DAMAGES)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            result = try_damage(recipe, how, folder, chance) if asked.damage else try_film(recipe, folder)
        outcome = "wrong" if result.faults else "refused" if result.refused else "right"
        counted[outcome] += 1
        if outcome != "right":
            shown = f"{recipe}{f', {how}' * asked.damage}"
            print(f"{number}: {shown}: {outcome}: {'; '.join(result.faults) or result.refused}", flush=True)
    print(", ".join(f"{outcome} {count}" for outcome, count in sorted(counted.items())))
    return 1 if counted["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
