"""Each rule of each placement, broken by a file that is made to break it."""

from __future__ import annotations

import functools
from collections.abc import Callable

import pytest
from broken_films import BREAKS, SIZES, Film

from portevoix.authoring.placement import Placement
from portevoix.delivery.checks.placements import placement_checks
from portevoix.library import ROOT, load_library
from portevoix.render.measure import Measured, measure

PLACEMENTS = load_library(ROOT / "examples" / "house").placements
WITH_VIDEO = {name: placement for name, placement in PLACEMENTS.items() if placement.video}
NAMES = {  # what a manifest calls them
    **{f"{bound}_duration_s": "duration (s)" for bound in ("min", "max")},
    **{f"{bound}_bytes": "bytes" for bound in ("min", "max")},
    **{f"{bound}_fps": "frames a second" for bound in ("min", "max")},
    **{f"{bound}_kbps": "video kbit/s" for bound in ("min", "max")},
    **{f"{bound}_width": "width" for bound in ("min", "max")},
    **{f"{bound}_height": "height" for bound in ("min", "max")},
    **{f"{bound}_audio_kbps": "sound kbit/s" for bound in ("min", "max")},
    **dict.fromkeys(("aspect", "min_aspect", "max_aspect"), "aspect"),
    "constant_fps": "constant frame rate",
    "max_gop_s": "longest GOP (s)",
    "closed_gop": "closed GOP",
    "edit_lists": "edit list",
    "moov_first": "moov first",
    "progressive": "scan",
    "chroma": "chroma",
    "containers": "container",
    "codecs": "codec",
    "audio_codecs": "sound codec",
    "audio_channels": "sound channels",
    "audio_rates_hz": "sound rate (Hz)",
    "max_audio_rate_hz": "sound rate (Hz)",
}


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Film], Measured]:
    """Makes and measures a film once, for all placements that ask for the same."""
    folder = tmp_path_factory.mktemp("films")

    @functools.cache
    def made(film: Film) -> Measured:
        path = folder / f"film{film.ending}"
        film.write(path)
        return measure(path)

    return made


def _good(placement: Placement) -> Film:
    return Film(SIZES[placement.formats[0]])


@pytest.mark.parametrize("name", WITH_VIDEO)
def test_a_placement_takes_a_good_film(name: str, measured: Callable[[Film], Measured]) -> None:
    placement = WITH_VIDEO[name]
    checks = placement_checks(measured(_good(placement)), placement)
    assert checks and [check for check in checks if check.verdict != "pass"] == []


@pytest.mark.parametrize(
    ("name", "key"), [(name, key) for name, p in WITH_VIDEO.items() for key in sorted(p.video.model_fields_set)]
)
def test_a_film_that_breaks_one_rule_is_blocked_with_its_value(
    name: str, key: str, measured: Callable[[Film], Measured]
) -> None:
    placement = WITH_VIDEO[name]
    film = measured(BREAKS[key](_good(placement), placement))
    source = placement.source_of(f"video.{key}")
    rule = f"{name}: {NAMES[key]}"
    (broken,) = [c for c in placement_checks(film, placement) if c.rule == rule and c.verdict != "pass"]
    assert broken.verdict == ("warn" if source.advice else "fail")
    assert broken.measured and broken.wanted and broken.remedy
    assert (broken.source, broken.read_on) == (source.title, source.read_on.isoformat())
