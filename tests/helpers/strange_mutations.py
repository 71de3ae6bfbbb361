"""Good files with a little of each changed by chance; the same seed changes the same."""

from __future__ import annotations

import io
import random
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import docx
import openpyxl
from strange_texts import CLIP, DOCUMENT, PHOTO, SCRIPT, SOUND, Stranger

from portevoix import ffmpeg

PICTURE, TONE = "testsrc2=s=96x54:r=25:d=1", "sine=f=440:d=1"
FILMS: Mapping[str, tuple[str, ...]] = {
    "a.mp4": ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"),
    "b.mov": ("-c:v", "prores_ks", "-profile:v", "0", "-c:a", "pcm_s16le"),
    "c.mkv": ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"),
    "d.avi": ("-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-c:a", "mp3"),
    "e.ts": ("-c:v", "mpeg2video", "-c:a", "mp2"),
    "f.mkv": ("-c:v", "ffv1", "-c:a", "flac"),
    "g.mov": ("-c:v", "png", "-c:a", "alac"),
}
SOUNDS = {"h.wav": "pcm_s16le", "i.mp3": "libmp3lame", "j.flac": "flac", "k.ogg": "libopus"}
PHOTOS = ("l.png", "m.jpg", "n.tif", "o.webp", "p.avif")
TIMED = "00:00:00.100 --> 00:00:00.400\nBonjour\n\n00:00:00.500 --> 00:00:00.900\nAu revoir\n"
SCRIPTS = {
    "q.vtt": f"WEBVTT\n\nNOTE x\n\n{TIMED}",
    "r.srt": f"1\n{TIMED}".replace(".", ","),
    "s.ass": "[Script Info]\nScriptType: v4.00+\n\n[Events]\nFormat: Start, End, Text\n"
    "Dialogue: 0:00:00.10,0:00:00.90,{\\i1}Bonjour\n",
    "t.ttml": '<tt xmlns="http://www.w3.org/ns/ttml" xml:lang="fr"><body><div>'
    '<p begin="0.1s" end="0.9s">Bonjour</p></div></body></tt>',
    "u.csv": "start,end,text\n0.1,0.4,Bonjour\n0.5,0.9,Au revoir\n",
    "v.json": '[{"start_s": 0.1, "end_s": 0.9, "text": "Bonjour"}]',
    "w.sbv": "0:00:00.100,0:00:00.900\nBonjour\n",
}
JOB = "recipe: subtitles\nlanguages: [fr]\nclips: [{file: good.mp4}]\nscripts: {fr: fr.vtt}\nformats: [square]\n"
Mutation = Callable[[bytearray, random.Random], bytearray]


def good_files(folder: Path) -> list[Stranger]:
    """A small good file of each kind that is let in."""
    made = [Stranger("", name, CLIP, _film(folder / name, *codecs)) for name, codecs in FILMS.items()]
    made += [Stranger("", name, SOUND, _sound(folder / name, codec)) for name, codec in SOUNDS.items()]
    made += [Stranger("", name, PHOTO, _photo(folder / name)) for name in PHOTOS]
    made += [Stranger("", name, SCRIPT, text.encode()) for name, text in SCRIPTS.items()]
    made += [Stranger("", "x.docx", SCRIPT, a_document()), Stranger("", "y.xlsx", SCRIPT, a_workbook())]
    return [*made, Stranger("", "z.yaml", DOCUMENT, JOB.encode())]


def _film(file: Path, *codecs: str) -> bytes:
    sources = ["-f", "lavfi", "-i", PICTURE, "-f", "lavfi", "-i", TONE]
    subprocess.run([ffmpeg.executable(), "-v", "error", "-y", *sources, *codecs, str(file)], check=True)
    return file.read_bytes()


def _sound(file: Path, codec: str) -> bytes:
    command = [ffmpeg.executable(), "-v", "error", "-y", "-f", "lavfi", "-i", TONE, "-c:a", codec, str(file)]
    subprocess.run(command, check=True)
    return file.read_bytes()


def _photo(file: Path) -> bytes:
    import pyvips

    image = pyvips.Image.gaussnoise(640, 480, mean=128, sigma=30).cast("uchar").copy(interpretation="srgb")
    image.bandjoin([image, image]).copy(interpretation="srgb").write_to_file(str(file))
    return file.read_bytes()


ROWS = (("start", "end", "text"), ("00:00:00.100", "00:00:00.900", "Bonjour"))


def a_document() -> bytes:
    made, file = docx.Document(), io.BytesIO()
    table = made.add_table(0, 3)
    for row in ROWS:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    made.save(file)
    return file.getvalue()


def a_workbook() -> bytes:
    made, file = openpyxl.Workbook(), io.BytesIO()
    for row in ROWS:
        made.active.append(row)
    made.save(file)
    return file.getvalue()


def mutated(files: list[Stranger], count: int, seed: int) -> Iterator[Stranger]:
    """So many of these files, each changed in one to three ways."""
    chance = random.Random(seed)
    for number in range(count):
        one = files[number % len(files)]
        content = bytearray(one.content)
        names = [chance.choice([*MUTATIONS]) for _ in range(chance.randint(1, 3))]
        for name in names:
            content = MUTATIONS[name](content, chance)
        yield Stranger(" and ".join(dict.fromkeys(names)), one.name, one.role, bytes(content))


def _flipped(content: bytearray, chance: random.Random) -> bytearray:
    for _ in range(chance.choice((1, 4, 32))):
        content[_place(content, chance)] ^= 1 << chance.randrange(8)
    return content


def _enlarged(content: bytearray, chance: random.Random) -> bytearray:
    """Four bytes near the beginning, where sizes and counts stand, become as large as they can be."""
    at = chance.randrange(max(1, min(len(content), 2048)))
    content[at : at + 4] = chance.choice((b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", bytes(4), b"\xff\xff\xff\x7f"))
    return content


def _cut(content: bytearray, chance: random.Random) -> bytearray:
    return content[: chance.randrange(len(content) + 1)] or bytearray(b"\0")


def _doubled(content: bytearray, chance: random.Random) -> bytearray:
    at, end = sorted((_place(content, chance), _place(content, chance)))
    return content[:end] + content[at:end] * chance.choice((1, 1, 30)) + content[end:]


def _emptied(content: bytearray, chance: random.Random) -> bytearray:
    at = _place(content, chance)
    content[at : at + chance.choice((8, 64, 512))] = bytes(len(content[at : at + 64]))
    return content or bytearray(b"\0")


def _noise(content: bytearray, chance: random.Random) -> bytearray:
    at = _place(content, chance)
    content[at:at] = chance.randbytes(chance.choice((1, 16, 300)))
    return content


def _place(content: bytearray, chance: random.Random) -> int:
    """A place in the file; every second time near its beginning."""
    return chance.randrange(min(len(content), 600) if chance.random() < 0.5 else len(content))


MUTATIONS: Mapping[str, Mutation] = {
    "bits changed": _flipped,
    "a number enlarged": _enlarged,
    "cut": _cut,
    "a part doubled": _doubled,
    "a part emptied": _emptied,
    "noise put in": _noise,
}
