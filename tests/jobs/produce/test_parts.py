"""A film that is too long for its placement comes out in parts: what each is, and that together they are the film."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from portevoix import ffmpeg, produce
from portevoix.authoring.account import Account
from portevoix.authoring.placement import Placement, StillRules, VideoRules
from portevoix.captions.files.read import read_captions
from portevoix.delivery.checks.verdict import WORDS
from portevoix.delivery.manifest import Delivery
from portevoix.delivery.poster import poster_second
from portevoix.errors import InvalidInput
from portevoix.library import Library
from portevoix.plan import Plan
from portevoix.plan.wire import plan_from_json, plan_to_json
from portevoix.plan.work import SOUND_CUT, artifacts_of, missing_work
from portevoix.produce import Selection
from portevoix.store import FolderStore, Store

FLASH_S = 7.0
# Sentences end at 3.2, 4.8 and 8 s (in Arabic too, a little later); the cue at 5 s ends none.
CUES = {
    "fr": (
        (0.5, 1.5, "Bonjour,"),
        (1.6, 3.2, "la terre."),
        (4.0, 4.8, "Bien."),
        (5.2, 6.4, "Un mot"),
        (6.6, 8.0, "encore."),
    ),
    "ar": (
        (0.5, 1.5, "مرحبا،"),
        (1.6, 3.4, "أيتها الأرض."),
        (4.0, 4.9, "حسنا."),
        (5.2, 6.4, "كلمة"),
        (6.6, 8.2, "أخرى."),
    ),
}


def _placement(name: str, longest_s: float | None, captions: str) -> Placement:
    return Placement(
        name=name,
        platform="x",
        read_on=date(2026, 11, 23),
        formats=("square",),
        captions=captions,
        sidecars=("{name}.{locale}.srt",),
        video=VideoRules(max_duration_s=longest_s),
        still=StillRules(formats=("jpeg",), max_bytes=2_000_000),
    )


@pytest.fixture(scope="module")
def small(library: Library) -> Iterator[Library]:
    """The library with placements that take five seconds, or any length."""
    placements = [
        _placement("short", 5, "burned"),
        _placement("beside", 5, "beside"),
        _placement("long", None, "burned"),
    ]
    accounts = {
        f"desk_{code}": Account(language=code, kit="aster", prefix=code, placements=tuple(p.name for p in placements))
        for code in CUES
    }
    found = replace(library, placements={p.name: p for p in placements}, accounts=accounts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(produce, "load_library", lambda house=None: found)
        yield found


@pytest.fixture(scope="module")
def job(small: Library, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A grey film with a white flash and a beep that begin together at 7 s, over a tone that never stops."""
    folder = tmp_path_factory.mktemp("parts") / "essai"
    (folder / "media").mkdir(parents=True)
    lit = f"between(t\\,{FLASH_S}\\,{FLASH_S}+0.5)"
    picture = (
        f"testsrc=s=320x180:r=25:d=12,hue=s=0,eq=contrast=0.5,gblur=sigma=1,drawbox=y=0:w=iw:h=90:c=white:t=fill:"
        f"enable={lit}"
    )
    sound = f"aevalsrc=exprs=0.1*sin(2*PI*220*t)+0.5*sin(2*PI*1000*t)*{lit}:s=48000:d=12"
    subprocess.run(
        [
            ffmpeg.executable(),
            "-v",
            "error",
            "-f",
            "lavfi",
            "-i",
            picture,
            "-f",
            "lavfi",
            "-i",
            sound,
            "-pix_fmt",
            "yuv420p",
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-crf",
            "10",
            "-c:a",
            "alac",
            str(folder / "media" / "a.mp4"),
        ],
        check=True,
    )
    for code, cues in CUES.items():
        body = "\n".join(f"00:{a:06.3f} --> 00:{b:06.3f}\n{text}\n" for a, b, text in cues)
        (folder / f"{code}.vtt").write_text(f"WEBVTT\n\n{body}", "utf-8")
    (folder / "job.yaml").write_text(
        "recipe: subtitles\nclips: [{file: media/a.mp4}]\nscripts: {fr: fr.vtt, ar: ar.vtt}\n"
        "accounts: [desk_fr, desk_ar]\n",
        "utf-8",
    )
    return folder / "job.yaml"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return FolderStore(tmp_path_factory.mktemp("shelf"))


@pytest.fixture(scope="module")
def made(job: Path, shelf: Store) -> dict[str, Delivery]:
    """What the job delivers, by path; all of it rendered once for this module."""
    outcome = produce.produce(job, job.parent / "out", produce.Production(shelf, Selection(), False, 2))
    assert outcome.failures == []
    return {d.path: d for d in outcome.deliveries}


def _pictures(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="gray").astype(int) for frame in container.decode(video=0)]


def _sound(path: Path) -> np.ndarray:
    with av.open(str(path), options={"ignore_editlist": "1"}) as container:
        return np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])


def test_parts_are_the_film_under_their_marks(made: dict[str, Delivery], job: Path) -> None:
    parts = [made[f"fr/short/essai_source_fr_{n}of3.mp4"] for n in (1, 2, 3)]
    film = made["fr/long/essai_source_fr.mp4"]
    assert [part.part for part in parts] == [1, 2, 3]
    assert film.part is None
    assert sum(part.frames or 0 for part in parts) == film.frames == 300
    assert all(3 <= (part.duration_s or 0) <= 5 for part in parts)
    checks = [check for part in parts for check in part.checks if not check["rule"].startswith(WORDS)]
    assert {check["verdict"] for check in checks} == {"pass"}
    whole, at = _pictures(job.parent / "out" / film.path), 0
    for part in parts:
        shown = _pictures(job.parent / "out" / part.path)
        unlike = [n for n, picture in enumerate(shown) if (picture != whole[at + n]).any()]
        assert 70 <= max(unlike) < 75 + 50, "the same chunks after the last GOP that the mark's three seconds touch"
        for n in (0, 60):
            rows, columns = np.nonzero(np.abs(shown[n] - whole[at + n]) > 24)
            assert len(rows), "there from the part's first picture on"
            assert rows.max() < 90 and columns.min() > 160, "in the upper corner where lines end"
        at += len(shown)


def test_a_part_begins_where_both_languages_have_ended_a_sentence(job: Path, shelf: Store) -> None:
    *_, plan = produce.prepare(job, shelf, Selection())
    spans = {
        (p.audience.language, p.part.span.first_frame / 25) for p in plan.products if p.audience.placement == "short"
    }
    begins = sorted({first for _, first in spans})
    assert spans == {(code, first) for code in CUES for first in begins}, "the same parts in both"
    for code, cues in CUES.items():
        assert not any(a < first < b for first in begins for a, b, _ in cues), code
    assert 3.4 <= begins[1] <= 4.0 and begins[2] >= 8.2


def test_a_language_by_itself_has_the_parts_that_it_had_among_all(job: Path, shelf: Store) -> None:
    def parts(plan: Plan) -> list[tuple[str, str]]:
        return [(p.audience.placement or "", p.video.key) for p in plan.products if p.audience.language == "fr"]

    *_, among_all = produce.prepare(job, shelf, Selection())
    *_, alone = produce.prepare(job, shelf, Selection(frozenset({"fr"})))
    assert parts(alone) == parts(among_all)


def test_a_part_shares_all_chunks_but_those_under_its_mark(job: Path, shelf: Store) -> None:
    *_, plan = produce.prepare(job, shelf, Selection(frozenset({"fr"})))
    by_placement = {
        placement: [p.video.chunks for p in plan.products if p.audience.placement == placement]
        for placement in ("short", "beside", "long")
    }
    (whole,) = by_placement["long"]
    for parts in (by_placement["short"], by_placement["beside"]):
        assert sum(len(chunks) for chunks in parts) == len(whole)
    own = [len(set(chunks) - set(whole)) for chunks in by_placement["short"]]
    assert all(1 <= count <= 3 for count in own) and sum(own) < len(whole)


def test_each_part_has_its_own_captions_from_zero(made: dict[str, Delivery], job: Path) -> None:
    found = []
    for n in (1, 2):
        video, sidecar = (made[f"ar/beside/essai_source_ar_{n}of3{end}"] for end in (".mp4", ".AR.srt"))
        assert sidecar.part == n
        cues = read_captions(job.parent / "out" / sidecar.path, "ar").cues
        assert all(0 <= cue.start_s < cue.end_s <= Fraction(video.frames or 0, 25) for cue in cues)
        found += [cue.text for cue in cues]
    assert found == [text for *_, text in CUES["ar"]], "each cue whole, in one part"
    assert "ar/beside/essai_source_ar_3of3.AR.srt" not in made, "nobody speaks there"


def test_a_parts_sound_begins_softly_and_on_its_picture(made: dict[str, Delivery], job: Path) -> None:
    parts = [f"fr/short/essai_source_fr_{n}of3.mp4" for n in (1, 2, 3)]
    whole, at = _sound(job.parent / "out" / "fr/long/essai_source_fr.mp4"), 0
    for path in parts:
        length = round((made[path].duration_s or 0) * 48_000)
        sound = _sound(job.parent / "out" / path)
        assert 0 <= len(sound) - length < 2_048
        inside = slice(4_800, length - 4_800)
        assert np.abs(sound[inside] - whole[at:][inside]).max() < 0.02, "the programme's level and its samples"
        ends = (sound[: 4_800 if at else 0], sound[length - 2_400 :])
        assert max(np.abs(np.diff(end)).max(initial=0) for end in ends) < 0.02, (
            "no step larger than the tone's own: no click"
        )
        at += length
    shown = _pictures(job.parent / "out" / parts[1])
    flash = next(n for n, picture in enumerate(shown) if picture[40:80, :60].mean() > 220) / 25
    loud = np.flatnonzero(np.abs(_sound(job.parent / "out" / parts[1])) > 0.3)[0] / 48_000
    assert abs(loud - flash) < 0.010


def test_each_part_has_a_poster_of_its_own(made: dict[str, Delivery], job: Path) -> None:
    seen = []
    for n in (1, 2, 3):
        pictures = []
        for code in CUES:
            path = f"{code}/short/essai_source_{code}_{n}of3_poster.jpg"
            assert made[path].part == n
            with Image.open(job.parent / "out" / path) as image:
                pictures.append(np.asarray(image.convert("L")).astype(int))
        assert np.abs(pictures[0] - pictures[1]).mean() < 3, "the same moment in both languages, no words in it"
        seen.append(pictures[0])
    assert np.abs(seen[0] - seen[1]).mean() > 3 < np.abs(seen[1] - seen[2]).mean()


def test_a_posters_time_belongs_to_the_part_in_which_it_lies(
    made: dict[str, Delivery], job: Path, shelf: Store
) -> None:
    *_, plan = produce.prepare(job, shelf, Selection())
    parts = [p.video for p in plan.products if (p.audience.placement, p.audience.language) == ("short", "fr")]
    asked = Fraction(36, 5)
    seconds = [poster_second(plan, video, asked, shelf) for video in parts]
    assert seconds[1] == asked - Fraction(parts[1].first_frame, 25)
    best = [poster_second(plan, video, "best", shelf) for video in parts]
    assert (seconds[0], seconds[2]) == (best[0], best[2])


def test_a_cue_that_is_too_long_for_a_part_is_named_when_it_is_planned(job: Path, shelf: Store, tmp_path: Path) -> None:
    copy = shutil.copytree(job.parent, tmp_path / "long", ignore=shutil.ignore_patterns("out"))
    (copy / "fr.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:10.500\nSans fin.\n", "utf-8")
    with pytest.raises(InvalidInput, match=r"short, beside takes at most 5 s, and no part can end between 00:00:0"):
        produce.prepare(copy / "job.yaml", shelf, Selection(frozenset({"fr"})))


def test_a_plan_with_parts_comes_back_whole(job: Path, store: Store, small: Library) -> None:
    _, order, _, plan = produce.prepare(job, store, Selection())
    file = job.parent / "media" / "a.mp4"
    taken, same = plan_from_json(plan_to_json(order, plan), job, small, lambda digest: file)
    assert (same.products, same.sound_cuts) == (plan.products, plan.sound_cuts)
    assert taken.audiences == order.audiences
    kept = artifacts_of(plan)
    assert all(cut.key in kept for cut in plan.sound_cuts)
    cuts = [work for work in missing_work(plan, store) if work.kind == SOUND_CUT]
    assert len(cuts) == 3, "all languages share the sound of their parts"
