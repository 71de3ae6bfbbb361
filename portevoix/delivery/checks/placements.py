"""A platform's rules for a video, a still or a document: each with its source, its date and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from portevoix.authoring.placement import OLDEST, PictureRules, Placement, StillRules, VideoRules
from portevoix.delivery.checks.verdict import Check, judged, within, yes
from portevoix.render.fitted import Fit
from portevoix.render.measure import Measured

NEAR = 0.01  # a shape may differ by that much: even sides make 9/16 only nearly
REMEDIES = {
    "duration (s)": "cut it, or give it to the placement in parts",
    "frames a second": "encode it with 25 or 30 pictures a second",
    "bytes": "encode it smaller, or cut it",
    "video kbit/s": "encode it with a bitrate within these bounds",
    "width": "make it in another size",
    "height": "make it in another size",
    "pixels": "reduce it",
    "longest GOP (s)": "encode it with a key frame every 2 s",
    "aspect": "make it in another format",
    "edit list": "write it again without an edit list (ffmpeg: -use_editlist 0)",
    "moov first": "write it again with its index first (ffmpeg: -movflags +faststart)",
    "closed GOP": "encode it with closed GOPs (x264: open-gop=0)",
    "constant frame rate": "encode it with a constant rate (ffmpeg: -fps_mode cfr)",
    "scan": "deinterlace it",
    "container": "write it as MP4",
    "codec": "encode it as H.264",
    "chroma": "encode it as yuv420p",
    "sound codec": "encode its sound as AAC",
    "sound channels": "mix its sound to stereo",
    "sound rate (Hz)": "encode its sound with 48000 Hz",
    "sound kbit/s": "encode its sound with 128 kbit/s",
    "format": "save it as JPEG",
    "pages": "divide it",
    "pictures of a post": "make several posts of them",
}


@dataclass(frozen=True)
class _Rule:
    """One rule, and the key that sets it."""

    name: str
    key: str
    good: bool
    measured: Any
    wanted: str


def placement_checks(m: Measured, placement: Placement, strict: bool = True) -> list[Check]:
    """The platform's rules for a video. Not `strict`: a finished master is delivered as it is, with warnings."""
    rules = placement.video or VideoRules()
    found = [*_bounds(rules, _video_values(m)), *_shape(rules, *m.shown_size), *_flags(rules, m), *_kinds(rules, m)]
    return [_dated(rule, placement, "video", strict) for rule in found]


@dataclass(frozen=True)
class ShownPicture:
    """A still or a cover as it is: `kind` is jpeg, png or another; pixels and bytes."""

    kind: str
    width: int
    height: int
    bytes: int


def still_checks(picture: ShownPicture, placement: Placement, strict: bool = True) -> list[Check]:
    """The platform's rules for a still; none where it takes no stills."""
    return _picture_checks(picture, placement, "still", strict)


def cover_checks(picture: ShownPicture, placement: Placement, strict: bool = True) -> list[Check]:
    """The platform's rules for the picture that stands for a video; none where it publishes none."""
    return _picture_checks(picture, placement, "cover", strict)


def _picture_checks(picture: ShownPicture, placement: Placement, part: str, strict: bool) -> list[Check]:
    rules: StillRules | None = getattr(placement, part)
    if rules is None:
        return []
    width, height = picture.width, picture.height
    values = {"bytes": picture.bytes, "width": width, "height": height, "pixels": width * height}
    found = [*_bounds(rules, values), *_shape(rules, width, height)]
    found.append(_Rule("format", "formats", picture.kind in rules.formats, picture.kind, _any_of(rules.formats)))
    return [_dated(rule, placement, part, strict) for rule in found]


def items_checks(count: int, placement: Placement, strict: bool = True) -> list[Check]:
    """How many pictures one post of the placement takes; nothing where it does not publish it."""
    if placement.max_items is None:
        return []
    most = placement.max_items
    rule = _Rule("pictures of a post", "max_items", count <= most, count, within(None, most))
    return [_dated(rule, placement, "", strict)]


def document_checks(pages: int | None, bytes_: int, placement: Placement) -> list[Check]:
    """The platform's rules for a PDF; `pages` None where they could not be counted."""
    if placement.document is None:
        return []
    found = _bounds(placement.document, {"bytes": bytes_, "pages": pages})
    return [_dated(rule, placement, "document", True) for rule in found]


def fitted_check(placement: Placement, master: Measured, fit: Fit) -> Check:
    """Says that a placement has a version of its own, what of the master it does not take, and what was made."""
    broken = [check for check in placement_checks(master, placement) if check.verdict != "pass"]
    named = [check.rule.partition(": ")[2] for check in broken]
    why = "; ".join(f"{name} {check.measured}" for name, check in zip(named, broken, strict=True))
    made = f"{fit.width}x{fit.height}, {fit.kbps:,} kbit/s at most"
    return Check(f"{placement.name}: version of its own", "pass", made, f"the master has {why}")


def age_checks(placement: Placement, today: date) -> list[Check]:
    """A warning for each source that was read too long ago."""
    return [
        Check(
            f"{placement.name}: age of its rules",
            "warn",
            f"{(today - source.read_on).days} days",
            f"at most {OLDEST.days} days",
            "read the source again, and set its date in the placement's file",
            source.title,
            source.read_on.isoformat(),
            source.confidence,
        )
        for source in placement.old_sources(today)
    ]


def _dated(rule: _Rule, placement: Placement, part: str, strict: bool) -> Check:
    source = placement.source_of(f"{part}.{rule.key}" if part else rule.key)
    check = judged(rule.name, rule.good, rule.measured, rule.wanted, "fail" if strict and not source.advice else "warn")
    return replace(
        check,
        rule=f"{placement.name}: {rule.name}",
        remedy="" if rule.good else REMEDIES[rule.name],
        source=source.title,
        read_on=source.read_on.isoformat(),
        confidence=source.confidence,
    )


def _video_values(m: Measured) -> dict[str, Any]:
    width, height = m.shown_size
    return {
        "duration_s": m.duration_s,
        "fps": m.fps,
        "bytes": m.bytes,
        "kbps": m.video_kbps,
        "width": width,
        "height": height,
        "gop_s": m.longest_gop_s,
        "audio_rate_hz": m.audio_rate_hz if m.audio_codec else None,
        "audio_kbps": m.audio_kbps,
    }


BOUNDED = {  # what is between a `min_` and a `max_`, and its name in a manifest
    "duration_s": "duration (s)",
    "fps": "frames a second",
    "bytes": "bytes",
    "kbps": "video kbit/s",
    "width": "width",
    "height": "height",
    "gop_s": "longest GOP (s)",
    "audio_rate_hz": "sound rate (Hz)",
    "audio_kbps": "sound kbit/s",
    "pixels": "pixels",
    "pages": "pages",
}


def _bounds(rules: Any, values: dict[str, Any]) -> Iterator[_Rule]:
    for key, value in values.items():
        low, high = getattr(rules, f"min_{key}", None), getattr(rules, f"max_{key}", None)
        if value is not None and low is not None:
            yield _Rule(BOUNDED[key], f"min_{key}", value >= low, value, within(low, None))
        if value is not None and high is not None:
            yield _Rule(BOUNDED[key], f"max_{key}", value <= high, value, within(None, high))


def _shape(rules: PictureRules, width: int, height: int) -> Iterator[_Rule]:
    shape, shown = Fraction(width, height), f"{width}x{height}"
    if rules.aspect:
        near = abs(float(shape / Fraction(rules.aspect)) - 1) < NEAR
        yield _Rule("aspect", "aspect", near, shown, rules.aspect)
    if rules.min_aspect:
        wide = shape >= Fraction(rules.min_aspect) * Fraction(1 - NEAR)
        yield _Rule("aspect", "min_aspect", wide, shown, f"at least {rules.min_aspect}")
    if rules.max_aspect:
        high = shape <= Fraction(rules.max_aspect) * Fraction(1 + NEAR)
        yield _Rule("aspect", "max_aspect", high, shown, f"at most {rules.max_aspect}")


def _flags(rules: VideoRules, m: Measured) -> Iterator[_Rule]:
    if not rules.edit_lists:
        yield _Rule("edit list", "edit_lists", not m.edit_list, yes(m.edit_list, "none"), "none")
    if rules.moov_first:
        yield _Rule("moov first", "moov_first", m.moov_first, yes(m.moov_first), "yes")
    if rules.closed_gop:
        yield _Rule("closed GOP", "closed_gop", m.closed_gop, yes(m.closed_gop), "yes")
    if rules.constant_fps:
        yield _Rule("constant frame rate", "constant_fps", m.constant_rate, yes(m.constant_rate), "yes")
    if rules.progressive:
        scan = "interlaced" if m.interlaced else "progressive"
        yield _Rule("scan", "progressive", not m.interlaced, scan, "progressive")


def _kinds(rules: VideoRules, m: Measured) -> Iterator[_Rule]:
    if rules.containers:
        yield _one_of("container", "containers", m.container, rules.containers)
    if rules.codecs:
        yield _one_of("codec", "codecs", m.video_codec, rules.codecs)
    if rules.chroma:
        yield _one_of("chroma", "chroma", m.chroma, (rules.chroma,))
    if not m.audio_codec:
        return
    if rules.audio_codecs:
        yield _one_of("sound codec", "audio_codecs", m.audio_codec, rules.audio_codecs)
    if rules.audio_channels:
        yield _one_of("sound channels", "audio_channels", m.audio_channels, rules.audio_channels)
    if rules.audio_rates_hz:
        yield _one_of("sound rate (Hz)", "audio_rates_hz", m.audio_rate_hz, rules.audio_rates_hz)


def _one_of(name: str, key: str, value: Any, allowed: Sequence[Any]) -> _Rule:
    return _Rule(name, key, value in allowed, value, _any_of(allowed))


def _any_of(allowed: Sequence[Any]) -> str:
    return " or ".join(map(str, allowed))
