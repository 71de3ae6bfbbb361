"""Every film, photo and recording of a folder through the product: what comes of it, or why it is refused.

A film is one short draft of the recipe `interview`, wide and story, with a textless master. Compared with the file as
PyAV alone decodes it: which picture each frame shows, where the sound lies, how the picture stands. A photo is
prepared; a recording is laid in as music. Prints a line for each file; `--sheet PNG` shows one frame of each film.

    python benchmarks/media_set.py FOLDER [--seconds 2] [--sheet build/media_set.png]
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from portevoix.delivery.manifest import Delivery
from portevoix.errors import InvalidInput
from portevoix.produce import Production, produce
from portevoix.render.measure import measure
from portevoix.render.sound import RATE_HZ, Mix, Music, Recording, Target, Voice, make_sound
from portevoix.sources.bars import picture_area
from portevoix.sources.photo import look_at_photo, prepare_photo
from portevoix.sources.probe import Source, UnusableSource, probe
from portevoix.sources.sound_file import probe_sound
from portevoix.store import FolderStore

FILMS = {".mp4", ".mov", ".mkv", ".avi", ".webm", ".ts", ".mxf", ".wmv"}
PHOTOS = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".avif", ".heic", ".gif"}
SOUNDS = {".wav", ".mp3", ".flac", ".m4a", ".ogg", ".opus", ".aiff", ".gsm"}
FORMATS = ("wide", "story")
SMALL = (160, 90)  # pixels in which pictures are compared
SAME = 0.001  # of correlation: pictures nearer than that are not told apart
FLAT = 3.0  # levels of 255, of standard deviation
LEAST_LIKENESS = 0.9  # below it a frame shows something else, or stands otherwise
LONGEST_LAG_S = 0.3
GAP_S = 0.05  # between a frame of sound and the next
MOST_OFF_S = 0.003  # of the sound: a tenth of a frame

JOB = """\
recipe: interview
title: {{fr: Essai}}
clips: [{{file: "{file}", to: {seconds}}}]
scripts: {{fr: fr.vtt}}
languages: [fr]
formats: [wide, story]
masters: true
"""
SCRIPT = "WEBVTT\n\n00:00.100 --> 00:01.100\nUn essai.\n"

Grey = NDArray[np.float64]
Area = tuple[int, int, int, int] | None


@dataclass(frozen=True)
class Film:
    """What became of a film. `faults` is empty where all is right; `told` is the line of the table."""

    name: str
    told: str
    faults: tuple[str, ...] = ()
    refused: str = ""
    frames: tuple[Path, ...] = ()


def try_film(path: Path, folder: Path, seconds: float = 2) -> Film:
    """Put a film through `interview` in `folder` and compare what comes out with what went in."""
    job = folder / "job"
    job.mkdir(parents=True)
    shutil.copy(path, job / path.name)
    (job / "fr.vtt").write_text(SCRIPT, "utf-8")
    try:
        source = probe(path)
        seconds = float(min(Fraction(seconds), source.duration_s))
    except UnusableSource:
        pass  # the job is to say it
    (job / "job.yaml").write_text(JOB.format(file=path.name, seconds=f"{seconds:.3f}"), "utf-8")
    try:
        made = produce(
            job / "job.yaml", folder / "out", Production(FolderStore(folder / "store"), draft=True, workers=2)
        )
    except InvalidInput as error:
        return Film(path.name, "", refused="; ".join(fault.message for fault in error.faults))
    faults = list(made.failures)
    films = {d.format: folder / "out" / d.path for d in made.deliveries if d.kind == "video"}
    masters = {d.format: folder / "out" / d.path for d in made.deliveries if d.kind == "master"}
    if set(films) != set(FORMATS) or set(masters) != set(FORMATS):
        return Film(path.name, "", (*faults, f"made only {sorted(films)}"))
    fps, used = made.plan.timeline.fps, made.plan.timeline.clips[0].frame_count
    area = picture_area(source, FolderStore(folder / "store"))
    filled = masters["story" if source.upright else "wide"]  # the frame that the picture fills
    shown, off, worst = _pictures(source, area, filled, fps, used)
    if off:
        faults.append(f"{off} of {used} frames show another moment")
    if worst < LEAST_LIKENESS:
        faults.append(f"a frame is like its source by {worst:.3f} only")
    lag_s = _lag(source, filled, used / float(fps)) if source.has_sound else None
    if lag_s is not None and abs(lag_s) > MOST_OFF_S:
        faults.append(f"the sound is {lag_s * 1000:+.1f} ms off")
    told = " ".join(
        [
            f"{source.width}x{source.height}",
            f"{float(source.fps):.5g}>{float(fps):g}",
            f"{used} frames,",
            f"{shown} told apart, likeness {worst:.3f},",
            _sound_told(source, lag_s, made.deliveries),
            "; ".join(source.why_conform),
        ]
    )
    return Film(path.name, told, tuple(faults), frames=tuple(_still(films[f], used // 2) for f in FORMATS))


def _sound_told(source: Source, lag_s: float | None, deliveries: list[Delivery]) -> str:
    if not source.has_sound:
        return "no sound"
    loudness = next(c["measured"] for d in deliveries for c in d.checks if c["rule"] == "loudness")
    return loudness if lag_s is None else f"{loudness}, {lag_s * 1000:+.1f} ms"


def _pictures(source: Source, area: Area, made: Path, fps: Fraction, frames: int) -> tuple[int, int, float]:
    """How many frames could be told from their neighbours, how many show another moment, and the lowest likeness.

    Frame n shows the picture that stands at n / fps, to half a frame.
    """
    with av.open(str(made)) as container:
        decoded = itertools.islice(container.decode(video=0), frames)
        ours = [_small(frame.to_ndarray(format="gray"), None) for frame in decoded]
    shape = _shape(made)
    until_s = frames / float(fps) + 0.5
    originals = [(at, _small(picture, shape)) for at, picture in _originals(source, area, until_s)]
    told = off = 0
    worst = 1.0
    for number, picture in enumerate(ours):
        at = number / float(fps)
        expected = max((i for i, (t, _) in enumerate(originals) if t < at + 0.5 / float(fps) + 1e-6), default=0)
        alike = [_alike(picture, other) for _, other in originals]
        if alike[expected] is None:  # black, say: nothing can be compared
            continue
        best = max(range(len(alike)), key=lambda i: alike[i] or 0)
        told += all(
            (alike[expected] - (alike[i] or 0)) > SAME for i in (expected - 1, expected + 1) if 0 <= i < len(alike)
        )
        off += alike[best] - alike[expected] > SAME and abs(best - expected) > 1
        worst = min(worst, alike[expected])
    return told, off, worst


def _shape(made: Path) -> float:
    measured = measure(made)
    return measured.width / measured.height


def _originals(source: Source, area: Area, until_s: float) -> Iterator[tuple[float, Grey]]:
    """Pictures of the file, upright, in grey and without black bars, with their seconds from the first."""
    with av.open(str(source.path)) as container:
        first = None
        for frame in container.decode(video=0):
            first = frame.time if first is None else first
            if frame.time - first > until_s:
                return
            stored = frame.reformat(format="gray").to_ndarray()
            if area:
                x, y, width, height = area
                stored = stored[y : y + height, x : x + width]
            grey = np.rot90(stored, int(frame.rotation) // 90)
            aspect = float(source.pixel_aspect)
            size = (grey.shape[1], grey.shape[0])
            wide = (
                (round(size[0] * aspect), size[1]) if frame.rotation % 180 == 0 else (size[0], round(size[1] * aspect))
            )
            yield frame.time - first, np.asarray(Image.fromarray(grey).resize(wide))


def _small(grey: Grey, shape: float | None) -> Grey:
    """The picture as it fills a frame of `shape`, cropped in the middle, in a few pixels."""
    height, width = grey.shape
    across, down = width, height
    if shape:
        across, down = (round(height * shape), height) if width / height > shape else (width, round(width / shape))
    left, top = (width - across) // 2, (height - down) // 2
    image = Image.fromarray(grey[top : top + down, left : left + across])
    return np.asarray(image.resize(SMALL, Image.Resampling.BOX), dtype=np.float64)


def _alike(one: Grey, other: Grey) -> float | None:
    """Correlation of two pictures; None where either is flat."""
    return None if min(one.std(), other.std()) < FLAT else float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


def _lag(source: Source, made: Path, seconds: float) -> float | None:
    """How much later the sound is than in the file, in seconds; None where nothing is heard."""
    before, after = _heard(source.path, seconds), _heard(made, seconds)
    longest = int(LONGEST_LAG_S * RATE_HZ)
    if min(np.abs(before).max(), np.abs(after).max()) < 1e-3:
        return None
    spectrum = np.fft.rfft(after, 2 * len(after)) * np.conj(np.fft.rfft(before, 2 * len(after)))
    match = np.abs(np.fft.irfft(spectrum))
    lags = np.concatenate([np.arange(longest), np.arange(-longest, 0)])
    return float(lags[np.argmax(match[lags])]) / RATE_HZ


def _heard(path: Path, seconds: float) -> Grey:
    """The first sound track in one channel at 48 kHz, sample 0 at the first picture; its gaps are silent."""
    sides = np.zeros(int(seconds * RATE_HZ))
    with av.open(str(path)) as container:
        first = next(container.decode(video=0)).time
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
        at: int | None = None
        ahead = 0  # samples that the resampler keeps back
        for frame in container.decode(audio=0):
            stamped = round((frame.time - first) * RATE_HZ)
            if at is None or abs(stamped - at - ahead) > GAP_S * RATE_HZ:
                at = stamped - ahead
            given = round(frame.samples * RATE_HZ / frame.sample_rate)
            for piece in resampler.resample(frame):
                samples = piece.to_ndarray().reshape(-1)
                here = slice(max(at, 0), max(min(at + len(samples), len(sides)), 0))
                if here.stop > here.start:
                    sides[here] = samples[here.start - at : here.stop - at]
                at, given = at + len(samples), given - len(samples)
            ahead += given
            if at > len(sides):
                break
    return sides


def _still(film: Path, number: int) -> Path:
    """A frame of a film as a picture beside it."""
    with av.open(str(film)) as container:
        frame = next(frame for n, frame in enumerate(container.decode(video=0)) if n == number)
        out = film.with_suffix(".png")
        Image.fromarray(frame.to_ndarray(format="rgb24", src_colorspace="ITU709", dst_colorspace="ITU709")).save(out)
    return out


def try_photo(path: Path, folder: Path) -> str:
    """What a photo is and becomes. Raises UnusableSource."""
    photo = look_at_photo(path)
    store = FolderStore(folder)
    facts = store.facts(prepare_photo(photo, min(1920, max(photo.width, photo.height)), "#10182a", store))
    profile = ", profile" if photo.profile else ""
    return (
        f"{photo.kind} {photo.width}x{photo.height}, {photo.colour} {photo.bits} bits{', alpha' * photo.alpha}{profile}"
        f" > {facts['width']}x{facts['height']}"
    )


def try_sound(path: Path, folder: Path) -> str:
    """What a recording is, and how loud two seconds of it become as music. Raises UnusableSource."""
    file = probe_sound(path)
    folder.mkdir(parents=True)
    music = Music(Recording(file.path, file.demuxer))
    facts = make_sound(Mix((Voice(2 * RATE_HZ),), 2 * RATE_HZ, Target(-14, -1), music), folder)
    return f"{file.demuxer}, {facts['before']['integrated_lufs']:.1f} > {facts['integrated_lufs']:.1f} LUFS"


def sheet(films: list[Film], out: Path) -> None:
    """A contact sheet: each film wide and as a story, under its name."""
    across, row, width = 4, 300, 480
    shown = [film for film in films if film.frames]
    page = Image.new("RGB", (across * width, -(-len(shown) // across) * row), "#202020")
    draw = ImageDraw.Draw(page)
    for number, film in enumerate(shown):
        x, y = number % across * width, number // across * row
        draw.text((x + 8, y + 6), film.name, "white")
        for frame in film.frames:
            with Image.open(frame) as picture:
                reduced = picture.resize((round(picture.width * 190 / picture.height), 190), Image.Resampling.LANCZOS)
            page.paste(reduced, (x + 8, y + 28))
            x += reduced.width + 8
    out.parent.mkdir(parents=True, exist_ok=True)
    page.save(out)


def main() -> int:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("folder", type=Path)
    reader.add_argument("--seconds", type=float, default=2)
    reader.add_argument("--sheet", type=Path)
    asked = reader.parse_args()
    files = [path for path in sorted(asked.folder.rglob("*")) if path.is_file()]
    films, wrong = [], 0
    with tempfile.TemporaryDirectory() as name:
        for number, path in enumerate(files):
            folder, kind = Path(name) / str(number), path.suffix.lower()
            shown = path.relative_to(asked.folder).as_posix()
            try:
                if kind in FILMS:
                    film = try_film(path, folder, asked.seconds)
                    films.append(film)
                    wrong += bool(film.faults)
                    told = f"refused: {film.refused}" if film.refused else film.told
                    print(f"{shown}: {told}", *(f"    WRONG: {fault}" for fault in film.faults), sep="\n", flush=True)
                elif kind in PHOTOS:
                    print(f"{shown}: {try_photo(path, folder)}", flush=True)
                elif kind in SOUNDS:
                    print(f"{shown}: {try_sound(path, folder)}", flush=True)
            except UnusableSource as error:
                print(f"{shown}: refused: {error}", flush=True)
        if asked.sheet:
            sheet(films, asked.sheet)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
