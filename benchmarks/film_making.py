"""Films of every kind, made here: each with its number in every picture and a click in every second of its sound."""

from __future__ import annotations

import os
import random
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from portevoix import ffmpeg

SIZE = (320, 192)
BITS, BLOCK = 10, 64  # of the number: five blocks in each of two rows, under a third that is grey
RATE_HZ = 48_000
CLICK_S = 0.01
X264 = ("-c:v", "libx264", "-preset", "veryfast")
VPX = ("-deadline", "realtime", "-cpu-used", "8", "-b:v", "2M")
SVT = ("-c:v", "libsvtav1", "-preset", "11", "-svtav1-params", "lp=1")
QUIET = {"SVT_LOG": "1"}  # this encoder talks for itself
KINDS: dict[str, tuple[str, ...]] = {
    "h264.mp4": (*X264, "-bf", "0", "-c:a", "aac"),
    "h264-bframes.mp4": (*X264, "-bf", "2", "-c:a", "aac"),
    "h264.mov": (*X264, "-c:a", "pcm_s16le"),
    "hevc.mp4": ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-c:a", "aac"),
    "prores.mov": ("-c:v", "prores_ks", "-c:a", "pcm_s24le"),
    "h264.mkv": (*X264, "-bf", "2", "-c:a", "flac"),
    "av1.mkv": (*SVT, "-c:a", "libopus"),
    "vp8.webm": ("-c:v", "libvpx", *VPX, "-c:a", "libopus"),
    "vp9.webm": ("-c:v", "libvpx-vp9", *VPX, "-c:a", "libvorbis"),
    "av1.mp4": (*SVT, "-c:a", "aac"),
    "theora.ogv": ("-c:v", "libtheora", "-q:v", "7", "-c:a", "libvorbis"),
    "h264.ts": (*X264, "-bf", "2", "-c:a", "aac"),
    "mpeg2.ts": ("-c:v", "mpeg2video", "-q:v", "3", "-c:a", "mp2"),
    "h264.m2ts": (*X264, "-c:a", "aac", "-mpegts_m2ts_mode", "1", "-f", "mpegts"),
    "mpeg2.mpg": ("-c:v", "mpeg2video", "-q:v", "3", "-bf", "2", "-c:a", "mp2"),
    "mpeg4.avi": ("-c:v", "mpeg4", "-q:v", "3", "-c:a", "libmp3lame"),
    "mjpeg.avi": ("-c:v", "mjpeg", "-q:v", "3", "-c:a", "pcm_s16le"),
}
CHANGES = ("none", "cut", "cut at both ends", "late sound", "early sound", "sound goes on", "large start")
SILENT_CHANGES = ("none", "cut", "cut at both ends", "large start")
PICTURES = ("plain", "plain", "gap", "uneven", "stands", "turned", "narrow", "grows")
GROWING = ("h264.mkv", "vp8.webm", "vp9.webm", "h264.ts")  # kinds whose pictures may change their size
TURNING = ("mp4", "mov")  # containers that say how a picture is turned
STANDING = ("mp4", "mov", "mkv")  # containers that say how long a last picture lasts
UNEVEN = ("mp4", "mov", "mkv", "webm")  # containers that say when each picture comes
SHAPED = ("h264", "hevc", "prores", "mpeg2", "mpeg4")  # codecs that say what shape their pixels have
LASTS_S = 1.5  # a last picture that stands
GAP_S = 0.4  # without a picture
DAMAGES = ("flipped bits", "cut out", "dropped", "doubled")

Grey = NDArray[np.uint8]


@dataclass(frozen=True)
class Recipe:
    """How a film is made. `at_s`: where it is changed; `picture`: what is odd about its pictures."""

    kind: str
    change: str
    sound: bool
    rate: int
    seconds: float
    at_s: float
    picture: str = "plain"

    def __str__(self) -> str:
        heard = "sound" if self.sound else "silent"
        return (
            f"{self.kind}, {self.change}, {self.picture}, {self.rate}/s, {self.seconds:g} s, {heard}, at {self.at_s:g}"
        )

    @property
    def suffix(self) -> str:
        """What its file's name ends with."""
        return self.kind.partition(".")[2]

    @property
    def codec(self) -> str:
        """The codec of its pictures."""
        return self.kind.partition(".")[0].partition("-")[0]

    @property
    def frames(self) -> int:
        """How many pictures are made, before any is left out."""
        return round(self.seconds * self.rate)

    def fits(self) -> bool:
        """Whether its container and codec can have such pictures."""
        return {
            "gap": self.suffix in UNEVEN,
            "uneven": self.suffix in UNEVEN,
            "stands": self.suffix in STANDING and not self.change.startswith("cut"),
            "turned": self.suffix in TURNING,
            "narrow": self.codec in SHAPED,
            "grows": self.kind in GROWING,
        }.get(self.picture, True)


def choose(chance: random.Random) -> Recipe:
    """A film by chance."""
    sound = chance.random() < 0.8
    seconds = chance.choice((2.0, 3.0))
    changes = CHANGES if sound else SILENT_CHANGES
    while True:
        recipe = Recipe(
            chance.choice(list(KINDS)),
            chance.choice(changes),
            sound,
            chance.choice((24, 25, 30)),
            seconds,
            round(chance.uniform(0.25, seconds - 1.2), 2),
            chance.choice(PICTURES),
        )
        if recipe.fits():
            return recipe


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
    whole, out = folder / f"whole.{recipe.suffix}", folder / f"film.{recipe.suffix}"
    if recipe.picture == "grows":
        _in_two_sizes(recipe, whole)
    else:
        _encode(recipe, whole, range(recipe.frames))
    for option in _said_by_the_container(recipe):
        _copy(whole, [], option, recipe)
    if not recipe.change.startswith("cut"):
        return whole.rename(out)
    until = ["-t", f"{recipe.seconds - recipe.at_s - 0.4:.2f}"] if recipe.change == "cut at both ends" else []
    _ffmpeg(["-ss", f"{recipe.at_s}", "-i", str(whole), *until, "-c", "copy", *_muxer(recipe), str(out)])
    return out


def _encode(recipe: Recipe, out: Path, numbers: range, size: tuple[int, int] = SIZE, heard: bool = True) -> None:
    shifted = {"late sound": recipe.at_s, "early sound": -recipe.at_s}.get(recipe.change, 0)
    lengthened = recipe.at_s if recipe.change == "sound goes on" else 0
    lengthened += LASTS_S if recipe.picture == "stands" else 0
    clicks = f"aevalsrc='0.5*sin(2*PI*1000*t)*lt(mod(t,1),{CLICK_S})':s={RATE_HZ}:d={recipe.seconds + lengthened}"
    sound = ["-itsoffset", f"{max(shifted, 0)}", "-f", "lavfi", "-i", clicks] if recipe.sound and heard else []
    seen = ["-itsoffset", f"{max(-shifted, 0)}", "-f", "rawvideo", "-pix_fmt", "gray"]
    seen += ["-s", f"{SIZE[0]}x{SIZE[1]}" if recipe.picture != "turned" else f"{SIZE[1]}x{SIZE[0]}"]
    seen += ["-r", f"{recipe.rate}", "-i", "-"]
    name = recipe.codec
    pixels = "yuv422p10le" if name == "prores" else "yuvj420p" if name == "mjpeg" else "yuv420p"
    coded = ["-pix_fmt", pixels, "-g", "12", *_filters(recipe, size), *KINDS[recipe.kind]]
    coded += ["-output_ts_offset", "5000"] if recipe.change == "large start" and recipe.suffix.endswith("ts") else []
    pictures = (numbered(n) for n in numbers)
    given = b"".join((np.rot90(p, -1) if recipe.picture == "turned" else p).tobytes() for p in pictures)
    _ffmpeg([*seen, *sound, *coded, str(out)], given)


def _filters(recipe: Recipe, size: tuple[int, int]) -> list[str]:
    """What an encoder is given of the pictures."""
    at = round(recipe.at_s * recipe.rate)
    left_out = f"between(n,{at + 1},{at + round(GAP_S * recipe.rate)})" if recipe.picture == "gap" else "eq(mod(n,5),3)"
    chosen = f"select='not({left_out})'," if recipe.picture in ("gap", "uneven") else ""
    shape = "setsar=4/3" if recipe.picture == "narrow" else "setsar=1"
    unequal = ["-fps_mode", "passthrough"] if chosen else []
    return [
        "-vf",
        f"{chosen}scale={size[0]}:{size[1]},{shape}" if recipe.picture == "grows" else chosen + shape,
        *unequal,
    ]


def _in_two_sizes(recipe: Recipe, out: Path) -> None:
    """Two thirds of the film, and the rest in pictures of the double size, under one sound."""
    middle = recipe.frames * 2 // 3
    parts = [out.with_name(f"part{n}.{recipe.suffix}") for n in range(2)]
    _encode(recipe, parts[0], range(middle), heard=False)
    _encode(recipe, parts[1], range(middle, recipe.frames), (SIZE[0] * 2, SIZE[1] * 2), heard=False)
    listed, joined = out.with_name("parts.txt"), out.with_name(f"joined.{recipe.suffix}")
    lasts = (middle / recipe.rate, (recipe.frames - middle) / recipe.rate)
    listed.write_text("".join(f"file {p.name}\nduration {s}\n" for p, s in zip(parts, lasts, strict=True)), "utf-8")
    _ffmpeg(["-f", "concat", "-i", str(listed), "-c", "copy", *_muxer(recipe), str(joined)])
    if not recipe.sound:
        joined.rename(out)
        return
    sounding = out.with_name(f"sound.{recipe.suffix}")
    _encode(recipe, sounding, range(recipe.frames))
    inputs = ["-i", str(joined), "-i", str(sounding)]
    offset = ["-copyts"] if recipe.suffix == "ts" else []
    _ffmpeg([*offset, *inputs, "-map", "0:v", "-map", "1:a", "-c", "copy", *_muxer(recipe), str(out)])


def _said_by_the_container(recipe: Recipe) -> list[list[str]]:
    if recipe.picture == "stands":
        last = recipe.frames - 1
        return [["-bsf:v", f"setts=pts=PTS:dts=DTS:duration=if(eq(N\\,{last})\\,{LASTS_S}/TB\\,DURATION)"]]
    return [["-display_rotation", "90"]] if recipe.picture == "turned" else []


def _copy(film: Path, before: list[str], options: list[str], recipe: Recipe) -> None:
    """The film once more without encoding, its container told something else."""
    other = film.with_name(f"other.{recipe.suffix}")
    turning = options if options[0] == "-display_rotation" else []
    told = [] if turning else options
    _ffmpeg([*before, *turning, "-i", str(film), "-map", "0", "-c", "copy", *told, *_muxer(recipe), str(other)])
    other.rename(film)


def _muxer(recipe: Recipe) -> list[str]:
    if recipe.suffix == "ogv":
        return ["-avoid_negative_ts", "make_zero"]  # ffmpeg writes a time before 0 as a time in eternity
    return ["-mpegts_m2ts_mode", "1", "-f", "mpegts"] if recipe.suffix == "m2ts" else []


def _ffmpeg(arguments: list[str], given: bytes = b"") -> None:
    subprocess.run(
        [ffmpeg.executable(), "-v", "fatal", "-y", *arguments], input=given, check=True, env={**os.environ, **QUIET}
    )


def damage(film: Path, how: str, chance: random.Random) -> Path:
    """The film with damage in the middle of its bytes, beside it."""
    content = bytearray(film.read_bytes())
    first, last = _middle(content)
    if how == "flipped bits":
        for _ in range(20):
            content[chance.randrange(first, last)] ^= 1 << chance.randrange(8)
    else:
        at, length = chance.randrange(first, last), 188 * chance.randrange(4, 20)
        piece = content[at : at + length]
        changed = {"cut out": bytes(len(piece)), "dropped": b"", "doubled": bytes(piece * 2)}[how]
        content[at : at + length] = changed
    out = film.with_name(f"damaged{film.suffix}")
    out.write_bytes(content)
    return out


def _middle(content: bytearray) -> tuple[int, int]:
    """Where the middle half of its media lies. An MP4 keeps its index apart, which is large in so small a film."""
    at = 0
    while at + 8 <= len(content) and content[4:8] == b"ftyp":
        length = int.from_bytes(content[at : at + 4])
        if content[at + 4 : at + 8] == b"mdat":
            return at + length // 4, at + length * 3 // 4
        at += max(length, 8)
    return len(content) // 4, len(content) * 3 // 4
