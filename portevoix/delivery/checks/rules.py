"""Rules for a finished video: the house's own for every file, the platform's for each placement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from typing import Any

from portevoix.authoring.placement import Placement
from portevoix.authoring.recipe import Sound
from portevoix.captions.rules import CHECKS, Finding
from portevoix.render.measure import Measured
from portevoix.timeline.model import GOP_S

BT709_LIMITED = (1, 1, 1, 1)
LOUDNESS_TOLERANCE_LU = 0.5
SILENCE_LUFS = -60.0
WORDS = "captions: "  # how the rules of captions begin in a manifest: they block approval, not the making


@dataclass(frozen=True)
class Check:
    """One rule, its verdict (`pass`, `warn`, `fail`), what was measured and what is wanted."""

    rule: str
    verdict: str
    measured: str
    wanted: str

    def plain(self) -> dict[str, str]:
        return asdict(self)


def failed(check: dict[str, Any]) -> bool:
    """Whether a check of the manifest stops the delivery. A wrong caption stops its approval instead."""
    return bool(check["verdict"] == "fail" and not check["rule"].startswith(WORDS))


def _check(rule: str, good: bool, measured: object, wanted: str, otherwise: str = "fail") -> Check:
    shown = f"{float(measured):.6g}" if isinstance(measured, float | Fraction) else str(measured)
    return Check(rule, "pass" if good else otherwise, shown, wanted)


def foreign_checks(m: Measured, placement: Placement) -> list[Check]:
    """A file that somebody else made: the placement's rules bind it, the house's are advice."""
    advice = (replace(c, verdict="warn") if c.verdict == "fail" else c for c in standard_checks(m, None, None, None))
    return [*placement_checks(m, placement), *advice]


def standard_checks(
    m: Measured, frames: int | None, sound: dict[str, Any] | None, treatment: Sound | None
) -> list[Check]:
    """What every file of ours satisfies. `frames` None: its length is its own."""
    checks = [
        _check(
            "video codec",
            (m.video_codec, m.profile, m.pixel_format) == ("h264", "High", "yuv420p"),
            f"{m.video_codec} {m.profile} {m.pixel_format}",
            "h264 High yuv420p",
        ),
        _check("colour", m.colour == BT709_LIMITED, "/".join(map(str, m.colour)), "1/1/1/1 (BT.709, limited)"),
        _check("constant frame rate", m.constant_rate, "yes" if m.constant_rate else "no", "yes"),
        _check("first picture", m.first_picture_s == 0, m.first_picture_s, "0 s"),
        _check("longest GOP", m.longest_gop_s <= GOP_S + Fraction(1, 1000), m.longest_gop_s, f"at most {GOP_S} s"),
        _check("edit list", not m.edit_list, "yes" if m.edit_list else "none", "none"),
        _check("moov first", m.moov_first, "yes" if m.moov_first else "no", "yes"),
        _check(
            "sound",
            (m.audio_codec, m.audio_profile, m.audio_rate_hz, m.audio_channels) == ("aac", "LC", 48000, 2),
            f"{m.audio_codec} {m.audio_profile} {m.audio_rate_hz} Hz {m.audio_channels} ch",
            "aac LC 48000 Hz 2 ch",
        ),
    ]
    if frames is not None:
        checks.append(_check("frames", m.frames == frames, m.frames, f"{frames}"))
    if sound and treatment and treatment.treatment == "mix" and sound["integrated_lufs"] > SILENCE_LUFS:
        off = abs(sound["integrated_lufs"] - treatment.loudness_lufs)
        checks.append(
            _check(
                "loudness",
                off <= LOUDNESS_TOLERANCE_LU,
                f"{sound['integrated_lufs']:.1f} LUFS",
                f"{treatment.loudness_lufs:g} LUFS ±{LOUDNESS_TOLERANCE_LU:g}",
            )
        )
        checks.append(
            _check(
                "true peak",
                sound["true_peak_dbtp"] <= treatment.true_peak_dbtp,
                f"{sound['true_peak_dbtp']:.1f} dBTP",
                f"at most {treatment.true_peak_dbtp:g} dBTP",
            )
        )
    elif sound:
        checks.append(_check("loudness", True, f"{sound['integrated_lufs']:.1f} LUFS", "as it is"))
    return checks


def placement_checks(m: Measured, placement: Placement, strict: bool = True) -> list[Check]:
    """The platform's rules. Not `strict`: a finished master is delivered as it is, with warnings."""
    rules, name = placement.video, placement.name
    otherwise = "fail" if strict else "warn"
    bounds: list[tuple[str, float | int | None, float | int | None, Any]] = [
        ("duration (s)", rules.min_duration_s, rules.max_duration_s, m.duration_s),
        ("frames a second", rules.min_fps, rules.max_fps, m.fps),
        ("bytes", None, rules.max_bytes, m.bytes),
        ("video kbit/s", None, rules.max_kbps, m.video_kbps),
        ("width", rules.min_width, rules.max_width, m.width),
        ("longest GOP (s)", None, rules.max_gop_s, m.longest_gop_s),
    ]
    checks = []
    for rule, low, high, value in bounds:
        if low is None and high is None:
            continue
        wanted = f"{'' if low is None else f'at least {low:g}'}{', ' if None not in (low, high) else ''}{'' if high is None else f'at most {high:,}'}"
        checks.append(
            _check(
                f"{name}: {rule}",
                (low is None or value >= low) and (high is None or value <= high),
                value,
                wanted,
                otherwise,
            )
        )
    if rules.aspect:
        shape = Fraction(m.width, m.height)
        checks.append(
            _check(
                f"{name}: aspect",
                abs(float(shape / Fraction(rules.aspect)) - 1) < 0.01,
                f"{m.width}x{m.height}",
                rules.aspect,
                otherwise,
            )
        )
    if not rules.edit_lists:
        checks.append(
            _check(f"{name}: edit list", not m.edit_list, "yes" if m.edit_list else "none", "none", otherwise)
        )
    if rules.moov_first:
        checks.append(_check(f"{name}: moov first", m.moov_first, "yes" if m.moov_first else "no", "yes", otherwise))
    return checks


def word_checks(findings: Sequence[Finding], cue_count: int) -> list[Check]:
    """The manifest's lines: each rule that found something, and in how many cues."""
    counted = {rule: [f for f in findings if f.rule == rule] for rule in CHECKS}
    return [
        Check(
            f"{WORDS}{rule}",
            "fail" if any(f.strictness == "error" for f in found) else "warn",
            f"{len({f.start_s for f in found})} of {cue_count} cues",
            "none",
        )
        for rule, found in counted.items()
        if found
    ]
