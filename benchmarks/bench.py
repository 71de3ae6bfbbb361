"""The trailer for 42 deliveries, by this engine and by what a team could take instead, in one run: `make bench`, `make
bench SHORT=1`.

    python benchmarks/bench.py [--short] [--resume | --only PART ...]

Every measurement is in build/bench.json as soon as it is made: `--resume` goes on after an interruption, `--only`
repeats parts.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import correction
import others
import report
from matrix import EXAMPLE, HOUSE, Checkout, Film, Stretch, fingerprint, processors
from measuring import Command, Notebook, Took, measured, several, watched
from others import Setting

from portevoix import ffmpeg
from portevoix.library import ROOT

BUILD = ROOT / "build"
RESULTS = BUILD / "bench.json"
MEMORY_DISK = Path("/dev/shm")
FORMATS = ("wide", "square", "story")


@dataclass(frozen=True)
class Form:
    """How much is measured.

    `whole`: every delivery of the plain sides is encoded; else one of each format, multiplied.
    """

    name: str
    stretch: Stretch
    whole: bool
    card_s: str  # how long title and closing card stand, in a stretch that they would fill; empty: as the recipe says
    trial_frames: int
    vmaf_every: int
    corrections: tuple[tuple[str, int], ...] | None  # language and cue; None: every cue, the languages in turn
    lengths_s: tuple[int, ...]  # of the film, where the cost of minutes is measured
    languages: tuple[int, ...]
    formats: tuple[int, ...]
    story_s: float  # of the trailer, in which words are corrected by the whole service
    service_corrections: int


SHORT = Form(
    "short",
    Stretch(10, 14),
    whole=False,
    card_s="0.5",
    trial_frames=48,
    vmaf_every=4,
    corrections=(("fr", 0), ("ar", 1), ("zh-Hans", 0)),
    lengths_s=(4, 12),
    languages=(1, 4),
    formats=(1, 3),
    story_s=12,
    service_corrections=3,
)
FULL = Form(
    "full",
    Stretch(),
    whole=True,
    card_s="",
    trial_frames=192,
    vmaf_every=6,
    corrections=None,
    lengths_s=(26, 52, 104),
    languages=(1, 2, 4, 7),
    formats=(1, 2, 3, 4),
    story_s=correction.WHOLE_S,
    service_corrections=12,
)
TRAILER_S = 52
DRAFTS, DRAFT_SEEN_PICTURES = 3, 24
GROWTH_S = 4  # the stretch for languages and formats, in the middle of the title and of two cues


class Bench:
    """One run: its form, its notebook, the place where it works."""

    def __init__(self, form: Form, notebook: Notebook, folder: Path) -> None:
        self.form, self.notebook, self.folder = form, notebook, folder
        self.checkout = Checkout(folder, form.stretch, form.card_s)

    def note(self, part: str, item: str, make: Callable[[], Took | dict[str, Any]]) -> dict[str, Any]:
        return self.notebook.note(part, item, make)

    @property
    def films(self) -> tuple[Film, ...]:
        """All distinct videos."""
        return self.checkout.films

    def of_format(self, name: str) -> list[Film]:
        return [film for film in self.films if film.format == name]

    def burned(self, name: str) -> list[Film]:
        return [film for film in self.of_format(name) if film.language]

    @contextmanager
    def room(self, needed: int = 0) -> Any:
        """An empty folder; in memory where `needed` bytes have room three times over, so that no disk slows the
        encoder.
        """
        free = (
            MEMORY_DISK.is_dir()
            and needed
            and shutil.disk_usage(MEMORY_DISK).free > 3 * needed
            and _free_memory() > 3 * needed
        )
        with tempfile.TemporaryDirectory(dir=MEMORY_DISK if free else self.folder) as name:
            yield Path(name)

    def best(self, side: str) -> Setting:
        """The setting of a side that took the fewest seconds where it was tried."""
        tried = {name: item for name, item in self.notebook.parts["settings"].items() if name.startswith(f"{side}, ")}
        best = min(tried.values(), key=lambda item: item["per_film_s"])
        return Setting(best["threads"], best["at_once"])

    # The parts, in the order of a run

    def estimate(self) -> None:
        """What the plan says that it will take, before anything is there."""

        def ask() -> dict[str, Any]:
            with self.room() as folder:
                command = self.checkout.command("plan", str(self.checkout.job), "--store", str(folder / "store"))
                said = subprocess.run(
                    list(command.words),
                    cwd=command.folder,
                    env={**_environment(), **command.environment},
                    check=True,
                    capture_output=True,
                    text=True,
                ).stdout
            found = re.search(r"about ([\d.]+) s", said)
            if not found:
                raise RuntimeError(f"`portevoix plan` no longer says how long it takes: {said.splitlines()[-1:]}")
            return {"seconds": float(found[1])}

        self.note("estimate", "the plan's", ask)

    def cold(self) -> None:
        def first() -> Took:
            self.checkout.empty()
            return self.checkout.render()

        self.note("cold", "first", first)

    def cold_again(self) -> None:
        """Once more, after the others: in an hour the machine may have changed."""
        if self.form.whole:
            self.note("cold again", "second", lambda: self._apart(self.checkout.job))

    def settings(self) -> None:
        """Each side's threads and processes, on the beginning of some films of the square."""
        frames = self.form.trial_frames
        films = [film.first_frames(frames) for film in self.burned("square")[: processors()]]
        few = [film.first_frames(frames // 2) for film in films]

        def tried(side: str, setting: Setting, count: int, run: Callable[[], Took]) -> None:
            def make() -> dict[str, Any]:
                took = run()
                return {
                    **asdict(took),
                    "per_film_s": took.wall_s / count,
                    "threads": setting.threads,
                    "at_once": setting.at_once,
                }

            self.note("settings", f"{side}, {setting.name}", make)

        with self.room() as folder:
            frames_of = {film.name: others.raw(film, folder) for film in films}
            for setting in others.settings():
                tried("ffmpeg", setting, len(films), lambda s=setting: others.files(films, s, folder))
                alone = [others.floor(film, frames_of[film.name], setting, folder) for film in films]
                tried("x264 alone", setting, len(films), lambda s=setting, c=alone: several(c, s.at_once))
            every = [film.first_frames(frames // 2) for film in self.of_format("square")]
            for setting in others.split_settings():
                tried("split", setting, len(every), lambda s=setting: others.with_split(every, s, folder))
            for setting in (Setting(0, 1), Setting(1, processors())):
                commands = [others.with_moviepy(film, setting, folder) for film in few]
                tried("MoviePy", setting, len(few), lambda s=setting, c=commands: others.tried(c, s.at_once))
                if others.melt_there():
                    commands = [others.with_melt(film, setting, folder) for film in films]
                    tried("melt", setting, len(films), lambda s=setting, c=commands: others.tried(c, s.at_once))

    def sides(self) -> None:
        """The plain ffmpegs and the floor, a format after the other, so that no side has the quieter hour."""
        for name in FORMATS:
            burned, every = self.burned(name), self.of_format(name)
            setting = self.best("ffmpeg")
            # A second delivery of the same video is the same command again: it is counted, not timed again.
            self._files(f"per video, {name}", every if self.form.whole else burned[: setting.at_once], setting)
            with self.room() as folder:
                self.note(
                    "sides",
                    f"split, {name}",
                    lambda f=every, to=folder: _counted(others.with_split(f, self.best("split"), to), f),
                )
            self._floor(name, every)

    def _files(self, item: str, films: Sequence[Film], setting: Setting) -> None:
        def make() -> dict[str, Any]:
            with self.room() as folder:
                commands = []
                for number, film in enumerate(films):
                    (folder / str(number)).mkdir()
                    commands.append(others.one_file(film, setting, folder / str(number)))
                return _counted(several(commands, setting.at_once), films)

        self.note("sides", item, make)

    def _floor(self, name: str, every: list[Film]) -> None:
        """x264 on raw pictures, and while these are there, how near both sides come to them."""
        setting = self.best("x264 alone")
        looked_at = {
            every[FORMATS.index(name) * 2].name,
            every[-1].name,
        }  # a language, another one for each format; the clean copy
        chosen = every if self.form.whole else [every[FORMATS.index(name) * 2], every[-1]][: setting.at_once]
        if not self.form.whole and name == "square":
            chosen = [every[2], every[-1]]
        for number in range(0, len(chosen), setting.at_once):
            group = chosen[number : number + setting.at_once]
            needed = sum(film.frame_count * film.size[0] * film.size[1] * 3 // 2 for film in group)
            with self.room(needed) as folder:
                self._floor_of(group, looked_at, setting, folder)

    def _floor_of(self, group: list[Film], looked_at: set[str], setting: Setting, folder: Path) -> None:
        item = f"x264 alone, {', '.join(film.name for film in group)}"
        wanted = [f"quality, {film.name}" for film in group]
        if {item, *wanted} <= set(self.notebook.parts.get("sides", {})):
            return
        frames = {film.name: others.raw(film, folder) for film in group}
        commands = [others.floor(film, frames[film.name], setting, folder) for film in group]
        self.note("sides", item, lambda: _counted(several(commands, setting.at_once), group))
        for film in group:
            plain = folder / f"{film.name}-floor.mp4"
            if not plain.exists():
                measured(others.floor(film, frames[film.name], setting, folder))

            def compared(film: Film = film, plain: Path = plain) -> dict[str, Any]:
                found: dict[str, Any] = {
                    "ours_bytes": film.ours.stat().st_size - film.sound.stat().st_size,
                    "plain_bytes": plain.stat().st_size,
                }
                if film.name in looked_at:
                    for side, video in (("ours", film.ours), ("plain", plain)):
                        found[f"{side}_vmaf"] = others.vmaf(video, frames[film.name], self.form.vmaf_every, folder)
                return found

            self.note("sides", f"quality, {film.name}", compared)

    def moviepy(self) -> None:
        self._programs("MoviePy", others.with_moviepy)

    def melt(self) -> None:
        if others.melt_there():
            self._programs("melt", others.with_melt)
        else:
            why = "melt is not installed here (sh scripts/bench-tools.sh)"
            self.note("melt", "skipped", lambda: {"why": why})

    def _programs(self, side: str, command: Callable[[Film, Setting, Path], Command]) -> None:
        """One delivery of each format, whole; or as many as run at once."""
        setting = self.best(side)
        for name in FORMATS:
            films = self.burned(name)[: setting.at_once]
            with self.room() as folder:
                commands = [command(film, setting, folder) for film in films]
                self.note(side, name, lambda c=commands, f=films: _counted(others.tried(c, setting.at_once), f))

    def changes(self) -> None:
        """What comes after the first run: the same again, a corrected caption, a new language, another logo."""
        checkout = self.checkout
        checkout.films  # noqa: B018 - everything is there
        for number in (1, 2):
            self.note("changes", f"the same again, {number}", checkout.render)
        for language, cue in self._corrections():

            def corrected(language: str = language, cue: int = cue) -> Took:
                before = checkout.correct(language, cue)
                try:
                    return checkout.render()
                finally:
                    checkout.write_script(language, before)

            self.note("changes", f"cue {cue + 1} in {language} corrected", corrected)

        def italian() -> Took:
            checkout.add_italian()
            try:
                return checkout.render()
            finally:
                checkout.write_job()

        def logo() -> Took:
            before = checkout.change_logo()
            try:
                return checkout.render()
            finally:
                checkout.write_logo(before)

        self.note("changes", "an eighth language", italian)
        self.note("changes", "another logo", logo)

    def _corrections(self) -> list[tuple[str, int]]:
        if self.form.corrections:
            return list(self.form.corrections)
        codes = list(self.checkout.plan.cues)
        return [(codes[n % len(codes)], n) for n in range(min(map(self.checkout.cue_count, codes)))]

    def correction(self) -> None:
        """What an editor waits for: a word corrected, until the new film is read, with the whole service between."""

        def make() -> dict[str, Any]:
            with self.room() as folder:
                return correction.measure(folder, self.form.service_corrections, self.form.story_s).figures()

        self.note("correction", "a word by the service", make)

    def draft(self) -> None:
        """A draft of one variant, with nothing there before: until its first second can be seen, and until it
        is whole.
        """

        def watch() -> dict[str, Any]:
            with self.room() as folder:
                film = folder / "draft.mp4"
                words = ("--only", "format=story", "--only", "language=fr", "--port", "0")
                places = ("--store", str(folder / "store"), "--out", str(film))
                return watched(
                    self.checkout.command("watch", str(self.checkout.job), *words, *places), film, DRAFT_SEEN_PICTURES
                )

        for number in range(DRAFTS):
            self.note("draft", f"story in French, {number + 1}", watch)

    def growth(self) -> None:
        """Cold runs that differ in one thing alone."""
        codes = [film.language for film in self.burned("story")]
        formats = ("story", "square", "wide", "portrait")
        middle = Stretch(10, 10 + GROWTH_S)
        film = self.checkout.longer(-(-max(self.form.lengths_s) // TRAILER_S))
        for seconds in self.form.lengths_s:
            job = self.checkout.write_job(Stretch(0, seconds), "growth.yaml", film, languages=["fr"], formats=["story"])
            self.note("growth", f"seconds: {seconds}", lambda j=job: self._apart(j))
        for count in self.form.languages:
            job = self.checkout.write_job(middle, "growth.yaml", languages=codes[:count], formats=["story"])
            self.note("growth", f"languages: {count}", lambda j=job: self._apart(j))
        for count in self.form.formats:
            job = self.checkout.write_job(middle, "growth.yaml", languages=codes[:2], formats=list(formats[:count]))
            self.note("growth", f"formats: {count}", lambda j=job: self._apart(j))

    def _apart(self, job: Path, *words: str) -> Took:
        """A cold run in a store of its own."""
        with self.room() as folder:
            return self.checkout.render(job, *words, store=folder / "store", out=folder / "out")


PARTS = (
    "estimate",
    "cold",
    "settings",
    "sides",
    "moviepy",
    "melt",
    "changes",
    "correction",
    "draft",
    "growth",
    "cold again",
)
NAMES = {"moviepy": "MoviePy"}  # in the notebook


def _counted(took: Took, films: Sequence[Film]) -> dict[str, Any]:
    return {**asdict(took), "films": len(films)}


def _environment() -> dict[str, str]:
    import os

    return dict(os.environ)


def _free_memory() -> int:
    for line in Path("/proc/meminfo").read_text("ascii").splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="under five minutes: 4 s of the trailer, the same matrix")
    parser.add_argument("--resume", action="store_true", help="keep what an interrupted run has measured")
    parser.add_argument(
        "--only", action="append", choices=PARTS, metavar="PART", help=f"repeat one of: {', '.join(PARTS)}"
    )
    parser.add_argument("--report", action="store_true", help="write docs/performance.md from the results")
    given = parser.parse_args()
    form = SHORT if given.short else FULL
    folder = BUILD / f"bench-{form.name}"
    head = {"form": form.name, "stretch": asdict(form.stretch), "processors": processors(), "ffmpeg": ffmpeg.build()}
    notebook = Notebook(RESULTS, head)
    engine = fingerprint(ROOT / "portevoix", ROOT / "brand", ROOT / "recipes", ROOT / HOUSE, EXAMPLE)
    if not (given.resume or given.only):
        notebook.parts.clear()
    if not (given.resume or given.only) or not (folder / engine).exists():
        shutil.rmtree(folder, ignore_errors=True)  # also where its copy of the sources is of another state
    (folder / engine).mkdir(parents=True, exist_ok=True)
    for part in given.only or ():
        notebook.forget(NAMES.get(part, part))
    bench = Bench(form, notebook, folder)
    for part in given.only or PARTS:
        print(f"{part}:", flush=True)
        notebook.content.setdefault("engine", {})[part] = engine
        getattr(bench, part.replace(" ", "_"))()
    notebook.end(report.figures(notebook.content))
    print(report.told(notebook.content))
    if given.report:
        report.write(notebook.content)


if __name__ == "__main__":
    main()
