"""All variants of a job agree: the same cuts, the same sound, the same version of the text. Looked for in the finished
files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from portevoix.delivery.checks.verdict import Check, judged
from portevoix.delivery.manifest import Delivery
from portevoix.plan import Plan, VideoStep
from portevoix.render.measure import Measured, read_measured
from portevoix.store import Store

CUTS, SOUND, WORDS = ("variants agree: cuts", "variants agree: sound", "variants agree: words")
REMEDY = "render the job again; where it stays so, delete these files from the store first"
SHOWN_DIGITS = 12  # of a digest, in a sentence


def agreement_checks(plan: Plan, video: VideoStep, measured: Measured, store: Store) -> list[Check]:
    """Cuts and sound of a finished video, as it was `measured`, against those of the job's others. Left out for a file
    that was measured before this was looked for.
    """
    return [_advised(check) for check in (*_cuts(plan, video, measured), *_sound(plan, video, measured, store))]


def _cuts(plan: Plan, video: VideoStep, measured: Measured) -> Iterator[Check]:
    """Every scene begins with a key frame of its own: at the same picture in each format and language."""
    if not measured.key_frames:
        return
    first, end = video.first_frame, video.first_frame + video.frame_count
    wanted = [scene.first_frame - first for scene in plan.timeline.scenes if first <= scene.first_frame < end]
    moved = sorted(set(wanted) - set(measured.key_frames))
    shown = f"not at picture {', '.join(map(str, moved))}" if moved else f"{len(wanted)} as in the programme"
    yield judged(CUTS, not moved, shown, "as in the programme")


def _sound(plan: Plan, video: VideoStep, measured: Measured, store: Store) -> Iterator[Check]:
    """All files that are joined with one sound have its packets, byte for byte."""
    if not measured.sound_sha256:
        return
    others = [v for v in plan.videos if v.sound == video.sound and v.key != video.key and store.has(v.key)]
    heard = [(other.format, _measured(other, store).sound_sha256) for other in others]
    unlike = sorted({name for name, digest in heard if digest not in ("", measured.sound_sha256)})
    shown = f"another than in {', '.join(unlike)}" if unlike else measured.sound_sha256[:SHOWN_DIGITS]
    yield judged(SOUND, not unlike, shown, "the same in all formats")


def with_words_compared(deliveries: Sequence[Delivery]) -> list[Delivery]:
    """The deliveries; of each video it is checked whether all files of its language have one version of the text."""
    versions: dict[str, set[str]] = {}
    for one in deliveries:
        if one.words:
            versions.setdefault(one.language, set()).add(one.words)
    return [_compared(one, versions[one.language]) if one.kind == "video" and one.words else one for one in deliveries]


def _compared(video: Delivery, versions: set[str]) -> Delivery:
    others = sorted(version[:SHOWN_DIGITS] for version in versions - {video.words})
    own = video.words[:SHOWN_DIGITS]
    shown = f"{own} here, {', '.join(others)} in other files" if others else own
    check = _advised(judged(WORDS, not others, shown, "the same in all files of its language"))
    return replace(video, checks=[*video.checks, check.plain()])


def _measured(video: VideoStep, store: Store) -> Measured:
    return read_measured(store.facts(video.key)["measured"])


def _advised(check: Check) -> Check:
    return check if check.verdict == "pass" else replace(check, remedy=REMEDY)
