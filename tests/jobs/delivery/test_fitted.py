"""One master serves all placements that take it; where one does not, a version is made that it takes, and only then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import av
import pytest

from portevoix import ffmpeg, produce
from portevoix.authoring.account import Account
from portevoix.authoring.placement import Placement, VideoRules
from portevoix.delivery.manifest import Delivery
from portevoix.library import Library
from portevoix.render.fitted import fit_of
from portevoix.render.measure import measure
from portevoix.store import Store

LIMITS: dict[str, dict[str, Any]] = {
    "any": {},
    "light": {"max_bytes": 400_000},
    "slow": {"max_kbps": 900},
    "narrow": {"max_width": 160},
}


def _placement(name: str) -> Placement:
    rules = VideoRules(closed_gop=True, edit_lists=False, moov_first=True, **LIMITS[name])
    known = {"platform": "x", "read_on": date(2026, 11, 23), "formats": ("square",), "captions": "burned"}
    return Placement(name=name, video=rules, **known)


@pytest.fixture
def made(
    library: Library, clip: Callable[..., Path], store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., dict[str, Delivery]]:
    """Makes a noisy film of two seconds for some placements; the videos by placement."""
    clip("a.mp4", "testsrc2=s=320x320", seconds=2, filters="noise=alls=40:allf=t", options=("-crf", "10"))
    (tmp_path / "fr.vtt").write_text("WEBVTT\n\n00:00.100 --> 00:01.800\nBonjour\n", "utf-8")
    job = "recipe: subtitles\naccounts: [desk]\nposter: none\nclips:\n"
    (tmp_path / "job.yaml").write_text(job + "  - {file: media/a.mp4}\nscripts: {fr: fr.vtt}\n", "utf-8")

    def make(*names: str) -> dict[str, Delivery]:
        desk = Account(language="fr", kit="aster", prefix="fr", placements=names)
        found = replace(library, placements={name: _placement(name) for name in names}, accounts={"desk": desk})
        monkeypatch.setattr(produce, "load_library", lambda house=None: found)
        outcome = produce.produce(tmp_path / "job.yaml", tmp_path / "out", produce.Production(store, workers=1))
        assert outcome.failures == []
        return {str(one.placement): one for one in outcome.deliveries if one.kind == "video"}

    return make


def _pictures(path: Path) -> list[tuple[int, bool]]:
    with av.open(str(path)) as container:
        return [(frame.pts, frame.key_frame) for frame in container.decode(video=0)]


def test_a_version_is_made_for_a_placement_that_does_not_take_the_master_and_for_no_other(
    made: Callable[..., dict[str, Delivery]], tmp_path: Path
) -> None:
    alone = made("any")["any"]
    assert alone.bytes > 600_000, "what is too large for the others"
    before = ffmpeg.encoder_starts
    assert (made("any")["any"].sha256, ffmpeg.encoder_starts - before) == (alone.sha256, 0), "the master is taken"
    found = made("any", "light", "slow", "narrow")
    starts = ffmpeg.encoder_starts - before
    assert starts >= 3 * 2 and starts % 2 == 0, "two passes for each version, again where an encoder missed its aim"
    assert found["any"].sha256 == alone.sha256
    assert found["light"].bytes <= 400_000
    own = [{c["rule"]: c for c in found[name].checks}[f"{name}: version of its own"] for name in ("light", "slow")]
    assert own[0]["wanted"] == f"the master has bytes {alone.bytes}" and "kbit/s" in own[1]["wanted"]
    assert (found["narrow"].width, found["narrow"].height) == (160, 160)
    files = {name: tmp_path / "out" / one.path for name, one in found.items()}
    master = measure(files["any"])
    for name in ("light", "slow", "narrow"):
        version = measure(files[name])
        assert _pictures(files[name]) == _pictures(files["any"]), "the same pictures, the same key frames"
        assert version.sound_sha256 == master.sound_sha256
        assert (version.moov_first, version.edit_list, version.closed_gop) == (True, False, True)
        assert version.colour == master.colour
        assert version.video_kbps <= (900 if name == "slow" else master.video_kbps)
    made("any", "light", "slow", "narrow")
    assert ffmpeg.encoder_starts - before == starts, "a version is made once"


def test_bits_for_the_sound_and_the_index_are_kept_free(clip: Callable[..., Path]) -> None:
    m = replace(measure(clip("a.mp4", "testsrc2=s=160x90")), bytes=2_000_000, video_kbps=7_000.0, audio_kbps=128.0)
    fit = fit_of(m, VideoRules(max_bytes=1_000_000))
    assert fit is not None
    whole = (fit.kbps + 128) * 125 * float(m.duration_s)
    assert 900_000 < whole < 960_000
    assert fit_of(m, VideoRules(max_bytes=2_000_000)) is None
    assert fit_of(m, VideoRules(max_bytes=100_000)) is None, "nobody wants to look at what would be left: it is blocked"
