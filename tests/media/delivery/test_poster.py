"""Posters: which frame is taken, and what becomes of it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from portevoix.delivery.poster import make_poster
from portevoix.delivery.poster.choice import CANDIDATES, Looked, best, choose_poster, fit, free_spans, spread
from portevoix.delivery.poster.make import spans_of
from portevoix.delivery.poster.reader import Reader
from portevoix.errors import RenderFailed
from portevoix.library import ROOT
from portevoix.produce import Selection, prepare
from portevoix.sources.probe import UnusableSource
from portevoix.store import Store

TAGGED = ("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv")
GOOD = Looked(Fraction(5), light=120, contrast=50, sharpness=300, change=4)


def F(value: float | str) -> Fraction:  # noqa: N802 - reads as a number
    return Fraction(str(value))


@pytest.fixture
def film(clip, tmp_path: Path) -> Path:
    """Ten seconds of one photo that moves a little: out of focus, good, dark, good again, faded out, blown out."""
    noise = np.random.default_rng(3).integers(0, 256, (30, 40), np.uint8)
    photo = Image.fromarray(noise).resize((400, 240), Image.Resampling.BICUBIC)
    photo.save(tmp_path / "photo.png")
    spoiled = [
        "gblur=sigma=9:enable='lt(t,2.5)'",
        "lutyuv=y=val/8:enable='between(t,4,5)'",
        "fade=out:st=6.5:d=0.5:enable='between(t,6.5,7.5)'",
        "lutyuv=y=225+val/8:enable='gt(t,8)'",
    ]
    moving = f"movie={tmp_path / 'photo.png'},loop=-1:1,fps=25,crop=320:180:20+3*sin(2*t):20"
    tagged = "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"
    filters = f"{moving},{tagged}[photo];[in][photo]overlay=shortest=1,{','.join(spoiled)}"
    return clip("film.mp4", "color=black:s=320x180", seconds=10, sound=None, options=TAGGED, filters=filters)


def _is_good(second: Fraction) -> bool:
    return F(2.5) <= second < 4 or 5 < second < F(6.5) or F(7.5) < second < 8


def test_a_poster_is_sharp_lit_and_away_from_fades(film: Path) -> None:
    second = choose_poster(film)
    assert _is_good(second)
    assert choose_poster(film) == second


def test_a_poster_is_not_taken_while_words_come_and_go(film: Path) -> None:
    chosen = choose_poster(film)
    around = [(chosen - F(0.5), chosen + F(0.5))]
    second = choose_poster(film, [around])
    assert _is_good(second)
    assert not around[0][0] <= second < around[0][1]


def test_a_face_is_chosen_before_a_sharper_frame(film: Path) -> None:
    with Reader(film) as reader:
        shown = reader.picture(F(5.6))
    looked_at = []

    def faces(picture: np.ndarray) -> int:
        looked_at.append(picture.shape)
        small = np.asarray(Image.fromarray(picture).resize((320, 180), Image.Resampling.BOX)).astype(int)
        return int(np.abs(small - shown).mean() < 3)

    second = choose_poster(film, faces=faces)
    assert abs(second - F(5.6)) < F(0.3)
    assert set(looked_at) == {(360, 640, 3)}
    assert len(looked_at) < CANDIDATES + 10  # dark and blurred frames are not searched


def test_a_video_without_a_good_frame_has_a_poster_all_the_same(clip) -> None:
    black = clip("black.mp4", "color=black:s=320x180", sound=None)
    assert 0 <= choose_poster(black) < 2
    one = clip("one.mp4", "color=gray:s=320x180", sound=None, options=("-frames:v", "1"))
    assert choose_poster(one) < F(1) / 25


def test_what_is_no_video_gives_no_poster(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"\0\0\0\x18ftypisom\0\0\0\0isommp41")
    with pytest.raises(UnusableSource, match=r"a\.mp4 holds no picture"):
        choose_poster(tmp_path / "a.mp4")


@pytest.mark.parametrize("rate", ["24", "25", "30", "24000/1001"])
def test_the_frame_of_a_given_time_is_the_one_that_stands_then(clip, rate: str) -> None:
    numbered = clip(
        "numbered.mp4",
        "color=black:s=320x180",
        rate=rate,
        seconds=4,
        sound=None,
        filters="geq=lum='16+mod(37*N,200)':cb=128:cr=128",
        options=TAGGED,
    )
    with Reader(numbered) as reader:
        for frame in (0, 1, 23, 47, 48, 80):
            start = frame / Fraction(rate)
            for second in (start, start + 1 / Fraction(rate) / 3):
                level = np.asarray(reader.picture(second)).mean()
                assert level == pytest.approx(37 * frame % 200 * 255 / 219, abs=4), (frame, second)


def _stored(video: Path, store: Store) -> str:
    key = "a" * 64
    store.put(key, {".mp4": video}, {})
    return key


def test_a_poster_has_the_videos_size_and_colours_and_fits_its_limit(clip, store: Store) -> None:
    red = clip(
        "red.mp4",
        "color=0xC8102E:s=320x180",
        sound=None,
        options=TAGGED,
        filters="scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd+full_chroma_int",
    )
    key, path = make_poster(_stored(red, store), F(1), 40_000, store)
    with Image.open(path) as poster:
        assert (poster.format, poster.size) == ("JPEG", (320, 180))
        assert np.abs(np.asarray(poster).astype(int) - (200, 16, 46)).max() <= 3
    assert path.stat().st_size <= 40_000
    assert store.facts(key) == {"limit": 40_000, "second": "1", "width": 320, "height": 180}


def test_a_poster_of_a_film_in_4k_is_no_larger_than_a_formats_longer_side(clip, store: Store) -> None:
    large = clip("large.mp4", "color=gray:s=2160x3840", seconds=0.2, sound=None, options=TAGGED)
    key, path = make_poster(_stored(large, store), F(0), 40_000, store)
    with Image.open(path) as poster:
        assert poster.size == (1080, 1920)
    assert (store.facts(key)["width"], store.facts(key)["height"]) == (1080, 1920)


def test_a_poster_gets_smaller_to_fit_and_is_refused_where_it_cannot(film: Path, store: Store) -> None:
    video = _stored(film, store)
    _, large = make_poster(video, F(5.5), 1_000_000, store)
    limit = large.stat().st_size * 3 // 4
    _, small = make_poster(video, F(5.5), limit, store)
    assert small.stat().st_size <= limit
    with pytest.raises(RenderFailed, match="500 bytes"):
        make_poster(video, F(5.5), 500, store)


def test_a_poster_after_the_end_is_refused_with_the_videos_length(film: Path, store: Store) -> None:
    with pytest.raises(RenderFailed, match=r"at 70\.00 s, but the video lasts 10\.00 s"):
        make_poster(_stored(film, store), F(70), 40_000, store)


@pytest.mark.parametrize(
    "never, rather_not, wanted",
    [
        ([], [], [(0.5, 9.5)]),
        ([(2, 3)], [(5, 6)], [(0.5, 2), (3, 5), (6, 9.5)]),
        ([(0, 3), (2, 4)], [(8, 20)], [(4, 8)]),
        ([(2, 3)], [(0, 10)], [(0.5, 2), (3, 9.5)]),  # captions throughout: better over one than none
        ([(0, 10)], [], [(0.5, 9.5)]),
    ],
)
def test_a_poster_is_taken_where_least_stands(never: list, rather_not: list, wanted: list) -> None:
    spans, others, free = ([(F(a), F(b)) for a, b in found] for found in (never, rather_not, wanted))
    assert free_spans(Fraction(10), [spans, others]) == free


def test_candidates_stand_evenly_in_the_time_that_is_free() -> None:
    spans = [(F(0), F(2)), (F(5), F(6)), (F(9), F(10))]
    assert spread(spans, 4) == [F(0.5), F(1.5), F(5.5), F(9.5)]


@pytest.mark.parametrize(
    "worse",
    [{"light": 20}, {"light": 235}, {"contrast": 5}, {"change": 30}, {"change": 0.1}, {"sharpness": 20}],
    ids=["dark", "glaring", "flat", "in a fade", "frozen", "blurred"],
)
def test_a_frame_that_breaks_a_rule_is_taken_only_where_all_do(worse: dict[str, float]) -> None:
    bad = Looked(**{**GOOD.__dict__, **worse})
    assert fit([bad, GOOD, GOOD]) == [GOOD, GOOD]
    dark = Looked(F(1), 3, 1, 0.5, 40)
    assert fit([dark, dark]) == [dark, dark]


def test_among_good_frames_a_face_then_light_decides() -> None:
    text = Looked(F(6), 130, 60, 5_000, 4)
    face = Looked(F(9), 60, 30, 200, 8, faces=1)
    dim = Looked(F(2), 50, 50, 300, 4)
    assert best([text, dim, GOOD, GOOD, face]) == face
    assert best([text, dim, GOOD, GOOD, GOOD]) == GOOD
    assert best([GOOD, Looked(**{**GOOD.__dict__, "second": F(7)})]) == GOOD


def test_a_poster_stands_under_a_caption_rather_than_under_a_title() -> None:
    moving, cards, captions = [(F(0), F(1))], [(F(2), F(5))], [(F(0), F(10))]
    assert free_spans(Fraction(10), [moving, cards, captions]) == [(F(1), F(2)), (F(5), F(9.5))]


def test_the_closing_card_is_worse_than_a_picture_under_words(planned_store: Store) -> None:
    film = prepare(ROOT / "examples" / "sintel" / "interview.yaml", planned_store, Selection(), draft=True)[3]
    notice = prepare(ROOT / "examples" / "notice" / "job.yaml", planned_store, Selection(), draft=True)[3]
    (closing,) = spans_of(film, "wide")[0]
    end_s = Fraction(film.timeline.frame_count) / film.timeline.fps
    assert closing[1] == end_s
    words = [[(F(0), closing[0])]] * 3
    free = free_spans(end_s, [[closing], *words])
    assert free and all(end <= closing[0] for _, end in free)
    assert spans_of(notice, "wide")[0] == [], "nothing else is there to show"
