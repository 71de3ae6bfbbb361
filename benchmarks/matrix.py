"""Our side: a copy of the source tree in which jobs are rendered, and each finished video as what lies in it, for the
other sides.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from measuring import Command, Took, measured
from PIL import Image, ImageOps

from portevoix.ffmpeg import run
from portevoix.library import ROOT, load_library
from portevoix.order import accept
from portevoix.plan import Batch, Plan, make_plan
from portevoix.plan.artists import artist_of
from portevoix.plan.composition import Framing, SourceRange
from portevoix.render import picture as compose
from portevoix.render.picture import Footage, ImageOverlay, footage_of
from portevoix.store import open_store
from portevoix.timing import clock

EXAMPLE = ROOT / "examples" / "trailer"
FILM = "sintel_trailer.mp4"
CLIP = f"  - file: media/{FILM}\n"
EACH_S, FROM_S, UNTIL_S = 4, Fraction(1, 5), Fraction(19, 5)  # the captions written for measuring: one in four seconds
CARD, OPENING = "card: closing, duration_s: 3", "opening: {start_s: 0.4, duration_s: 3.5"
HOUSE = "examples/house"
COPIED = ("portevoix", "brand", "recipes", HOUSE)
# An eighth account, of an eighth language, that posts like the other seven.
ITALIAN_ACCOUNT = """\
  ministere_it:
    language: it
    kit: aster
    prefix: ministere_it
    placements: [instagram_story, instagram_feed, facebook_story, facebook_feed, x, youtube]
"""
# what goes behind which words of the job; the account is the last, so that the first language stays the first
ITALIAN = {
    "title:\n": '  it: "Sintel: una ricerca solitaria"\n',
    "    name: {": "it: Sintel, ",
    "    role:\n": "      it: Eroina del film\n",
    "kicker: {": "it: Trailer, ",
    "scripts:\n": "  it: scripts/it.vtt\n",
    "ministere_zh": ", ministere_it",
}
ITALIAN_LINES = (
    "Una viaggiatrice sola attraversa la neve.",
    "Le montagne nascondono una terra antica.",
    "Il vento porta i vecchi racconti.",
    "Che cosa ti porta nella terra dei guardiani?",
    "Cerco qualcuno.",
    "Un piccolo amico, perso molto tempo fa.",
    "La città custodisce i suoi segreti.",
    "Ogni strada porta più a nord.",
    "La caccia è appena cominciata.",
    "Una ricerca pericolosa per una cacciatrice solitaria.",
    "Sono sola da che ho memoria.",
    "Il drago aspetta.",
    "Sintel, un film della Blender Foundation.",
)


@dataclass(frozen=True)
class Stretch:
    """The part of the trailer that is used, in seconds; all of it where `end_s` is None."""

    start_s: float = 0
    end_s: float | None = None

    @property
    def words(self) -> str:
        """As the job file has it."""
        return CLIP + (f"    from: {self.start_s:g}\n    to: {self.end_s:g}\n" if self.end_s else "")


@dataclass(frozen=True)
class Film:
    """One finished video: its scenes end to end, the images over them in frames of the programme, its sound; and our
    file of it.
    """

    format: str
    language: str  # empty: the clean copy
    fps: Fraction
    frame_count: int
    scenes: tuple[tuple[Footage | None, Framing, int], ...]
    overlays: tuple[ImageOverlay, ...]
    sound: Path
    ours: Path

    @property
    def name(self) -> str:
        return f"{self.format}-{self.language or 'clean'}"

    @property
    def size(self) -> tuple[int, int]:
        framing = self.scenes[0][1]
        return framing.width, framing.height

    def first_frames(self, count: int) -> Film:
        """The beginning of the film."""
        scenes, left = [], count
        for footage, framing, frames in self.scenes:
            if left > 0:
                scenes.append((footage, framing, min(frames, left)))
            left -= frames
        overlays = tuple(replace(o, end=min(o.end, count)) for o in self.overlays if o.first < count)
        return replace(self, frame_count=min(count, self.frame_count), scenes=tuple(scenes), overlays=overlays)


class Checkout:
    """A copy of the source tree under `folder`, as a user has it, with the trailer's job in it; kit and accounts can be
    changed.
    """

    def __init__(self, folder: Path, stretch: Stretch, card_s: str) -> None:
        """`card_s`: how long title and closing card stand, where it is not as long as the recipe says."""
        self.tree, self.stretch = folder / "tree", stretch
        self.job_folder = self.tree / "jobs" / "trailer"
        self.store, self.out = folder / "store", folder / "out"
        if not self.tree.exists():
            partial = folder / "tree.part"
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir(parents=True)
            for name in COPIED:
                shutil.copytree(ROOT / name, partial / name)
            (partial / "fonts").symlink_to(ROOT / "fonts")
            shutil.copytree(EXAMPLE, partial / "jobs" / "trailer")
            recipe = partial / "recipes" / "interview.yaml"
            text = recipe.read_text("utf-8")
            for words in (CARD, OPENING) if card_s else ():
                if words not in text:
                    raise RuntimeError(f"{recipe.name} no longer has {words!r}: the short form cannot shorten it")
                text = text.replace(words, f"{words.rpartition(' ')[0]} {card_s}")
            recipe.write_text(text, "utf-8")
            partial.rename(self.tree)
            self.write_job()
            self.run("placements")  # what a first start alone does is no part of any figure

    @property
    def job(self) -> Path:
        return self.job_folder / "job.yaml"

    def write_job(
        self, stretch: Stretch | None = None, name: str = "job.yaml", film: str = FILM, **audience: list[str]
    ) -> Path:
        """The example's job over a stretch; for `languages` and `formats` instead of all accounts."""
        text = (EXAMPLE / "job.yaml").read_text("utf-8").replace(CLIP, (stretch or self.stretch).words)
        text = text.replace(f"media/{FILM}", f"media/{film}")
        if film != FILM:
            text = text.replace("scripts/fr.vtt", "scripts/long.vtt")
        if audience:
            text = "".join(line for line in text.splitlines(True) if not line.startswith(("accounts:", "masters:")))
            text += "".join(f"{key}: [{', '.join(values)}]\n" for key, values in audience.items())
        (self.job_folder / name).write_text(text, "utf-8")
        return self.job_folder / name

    def longer(self, times: int) -> str:
        """The trailer so many times in one file, with French captions all along.

        Returns the file's name in `media/`.
        """
        media, scripts = self.job_folder / "media", self.job_folder / "scripts"
        words = ["-v", "error", "-stream_loop", str(times - 1), "-i", FILM, "-c", "copy", "long.mp4"]
        run(words, media, 60, encodes=False)
        lines = [cue.splitlines()[1] for cue in (scripts / "fr.vtt").read_text("utf-8").split("\n\n")[2:]]
        cues = [
            f"{clock(Fraction(at) + FROM_S)} --> {clock(Fraction(at) + UNTIL_S)}\n{lines[at // EACH_S % len(lines)]}"
            for at in range(0, len(lines) * EACH_S * times, EACH_S)
        ]
        (scripts / "long.vtt").write_text("\n\n".join(["WEBVTT", *cues]) + "\n", "utf-8")
        return "long.mp4"

    def command(self, *words: str) -> Command:
        executable = [sys.executable, "-m", "portevoix", *words]
        environment = {"PYTHONPATH": str(self.tree), "PORTEVOIX_HOUSE": str(self.tree / HOUSE)}
        return Command(executable, self.tree, environment, weighed=self.store)

    def run(self, *words: str) -> Took:
        return measured(self.command(*words))

    def render(self, job: Path | None = None, *words: str, store: Path | None = None, out: Path | None = None) -> Took:
        """One run of the command line, with all that it does: read, plan, draw, encode, join, check, deliver."""
        places = ["--store", str(store or self.store), "--out", str(out or self.out)]
        command = self.command("render", str(job or self.job), *places, *words)
        return measured(replace(command, weighed=store or self.store))

    def empty(self) -> None:
        """As if nothing had ever been rendered."""
        for folder in (self.store, self.out):
            shutil.rmtree(folder, ignore_errors=True)

    @cached_property
    def plan(self) -> Plan:
        """The plan of the job, whose drawings lie in the store."""
        library, store = load_library(self.tree / HOUSE, self.tree), open_store(self.store)
        order = accept(self.job, library, store)
        return make_plan(order, artist_of(order, library, store), store)

    @cached_property
    def films(self) -> tuple[Film, ...]:
        """Every distinct video of the job; rendered first where the store has not all of them."""
        store = open_store(self.store)
        if not all(store.has(video.key) for video in self.plan.videos):
            self.render()
        return tuple(self._films())

    def _films(self) -> Iterator[Film]:
        plan, store = self.plan, open_store(self.store)
        of_step = {step.key: (batch, step) for batch in plan.batches for step in batch.steps}
        for video in plan.videos:
            first: dict[int, Batch] = {}
            overlays: list[ImageOverlay] = []
            for key, batch in zip(video.chunks, _batches(plan, video.format), strict=True):
                first.setdefault(batch.chunk.scene, batch)
                at = batch.chunk.first_frame
                for shown in of_step[key][1].overlays:
                    drawn = shown.drawn
                    image = store.path(drawn.key, ".png").resolve()
                    overlays.append(
                        ImageOverlay(image, drawn.x, drawn.y, at + shown.first, at + shown.end, shown.glide)
                    )
            scenes = tuple(
                (_footage(first[n]), first[n].view.framing, scene.frame_count)
                for n, scene in enumerate(plan.timeline.scenes)
            )
            yield Film(
                video.format,
                video.language or "",
                plan.timeline.fps,
                video.frame_count,
                scenes,
                tuple(_joined(overlays)),
                store.path(video.sound, ".aac").resolve(),
                store.path(video.key, ".mp4").resolve(),
            )

    def cue_count(self, language: str) -> int:
        return len(self.plan.cues[language].cues)

    def correct(self, language: str, number: int) -> str:
        """Change the end of a cue, counted among those that are seen, and nothing else.

        Returns the script as it was.
        """
        file = self._script(language)
        text = file.read_text("utf-8")
        lines = text.splitlines(True)
        at = self.plan.cues[language].cues[number].line  # of its time; the words follow
        words = next(n for n in range(at - 1, len(lines)) if "-->" in lines[n]) + 1
        lines[words] = lines[words].rstrip().rstrip(".?!。？！؟") + "…\n"
        file.write_text("".join(lines), "utf-8")
        return text

    def write_script(self, language: str, text: str) -> None:
        self._script(language).write_text(text, "utf-8")

    def _script(self, language: str) -> Path:
        return self.job_folder / "scripts" / f"{language.partition('-')[0]}.vtt"

    def add_italian(self) -> None:
        """An eighth language: its account, its script, its texts in the job."""
        accounts = self.tree / HOUSE / "accounts.yaml"
        if "ministere_it" not in (known := accounts.read_text("utf-8")):
            accounts.write_text(known + ITALIAN_ACCOUNT, "utf-8")
        french = (self.job_folder / "scripts" / "fr.vtt").read_text("utf-8").split("\n\n")
        cues = [f"{cue.splitlines()[0]}\n{line}" for cue, line in zip(french[2:], ITALIAN_LINES, strict=True)]
        (self.job_folder / "scripts" / "it.vtt").write_text("\n\n".join(["WEBVTT", *cues]) + "\n", "utf-8")
        text = self.job.read_text("utf-8")
        for place, words in ITALIAN.items():
            if text.count(place) != 1:
                raise RuntimeError(
                    f"{self.job} has {place.strip()!r} {text.count(place)} times: the eighth language needs one"
                )
            text = text.replace(place, place + words)
        self.job.write_text(text, "utf-8")

    def change_logo(self) -> dict[Path, bytes]:
        """Another logo in the brand kit, of the same size, in each of its variants. Returns those that were there."""
        before = {path: path.read_bytes() for path in (self.tree / HOUSE / "brand" / "aster").glob("logo_*.png")}
        for path in before:
            with Image.open(path) as image:
                turned = ImageOps.flip(image.convert("RGBA").rotate(10))
            turned.save(path)
        return before

    def write_logo(self, logos: dict[Path, bytes]) -> None:
        for path, logo in logos.items():
            path.write_bytes(logo)


def _footage(batch: Batch) -> Footage | None:
    shown = batch.view.footage
    if not isinstance(shown, SourceRange):
        return None
    return footage_of(shown.source, shown.source.first_picture_s + shown.start_s, shown.tempo, shown.crop)


def _batches(plan: Plan, frame: str) -> list[Batch]:
    return [batch for batch in plan.batches if batch.canvas.format == frame]


def _joined(overlays: list[ImageOverlay]) -> list[ImageOverlay]:
    """Images that go on in the next chunk, as one; in the order in which they appear."""
    found: list[ImageOverlay] = []
    last: dict[tuple[Path, int, int], int] = {}
    for overlay in overlays:
        place = (overlay.image, overlay.x, overlay.y)
        if place in last and _goes_on(found[last[place]], overlay):
            found[last[place]] = replace(found[last[place]], end=overlay.end)
        else:
            last[place] = len(found)
            found.append(overlay)
    return found


def _goes_on(one: ImageOverlay, other: ImageOverlay) -> bool:
    later = one.glide.later(one.end - one.first) if one.glide else None
    return one.end == other.first and later == other.glide


def fingerprint(*folders: Path) -> str:
    """A digest of the files that make pictures: another engine is another run."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(
            p for p in folder.rglob("*") if p.is_file() and p.suffix in (".py", ".yaml", ".vtt", ".png", ".mp4")
        ):
            digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def pictures(film: Film, branches: list[tuple[ImageOverlay, ...]]) -> list[Any]:
    """The film's pictures as filter streams, once for each set of images over them: the engine's own filters
    throughout.
    """
    import ffmpeg

    scenes = [
        compose.composed(footage, framing, film.fps).filter("trim", end_frame=frames).filter("setpts", "PTS-STARTPTS")
        for footage, framing, frames in film.scenes
    ]
    joined = scenes[0] if len(scenes) == 1 else ffmpeg.concat(*scenes, v=1, a=0)
    steady = joined.filter("fps", fps=f"{film.fps.numerator}/{film.fps.denominator}", start_time=0)
    return compose.branches(steady, [list(overlays) for overlays in branches], film.fps)


def processors() -> int:
    return len(os.sched_getaffinity(0))
