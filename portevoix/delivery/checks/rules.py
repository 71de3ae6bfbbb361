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

H264 = ("h264", "High", "yuv420p")
SAMPLE_S = Fraction(1, 48_000)
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
    picture = (m.video_codec, m.profile, m.pixel_format)
    heard = (m.audio_codec, m.audio_profile, m.audio_rate_hz, m.audio_channels)
    of_sound = f"{m.audio_codec} {m.audio_profile} {m.audio_rate_hz} Hz {m.audio_channels} ch"
    checks = [
        _check("video codec", picture == H264, " ".join(picture), " ".join(H264)),
        _check("colour", m.colour == BT709_LIMITED, "/".join(map(str, m.colour)), "1/1/1/1 (BT.709, limited)"),
        _check("constant frame rate", m.constant_rate, _yes(m.constant_rate), "yes"),
        _check("first picture", m.first_picture_s == 0, m.first_picture_s, "0 s"),
        _check("longest GOP", m.longest_gop_s <= GOP_S + Fraction(1, 1000), m.longest_gop_s, f"at most {GOP_S} s"),
        _check("edit list", not m.edit_list, _yes(m.edit_list, "none"), "none"),
        _check("moov first", m.moov_first, _yes(m.moov_first), "yes"),
        _check("sound", heard == ("aac", "LC", 48000, 2), of_sound, "aac LC 48000 Hz 2 ch"),
    ]
    if m.decoded is not None:
        checks.append(_check("decoded to its end", m.decoded, _yes(m.decoded), "yes"))
    if m.sound_s is not None and frames is not None:
        longest_s = m.duration_s + SAMPLE_S  # the last sample may begin with the picture's end
        checks.append(_check("sound (s)", m.sound_s <= longest_s, m.sound_s, f"at most {float(longest_s):.6g}"))
    if frames is not None:
        checks.append(_check("frames", m.frames == frames, m.frames, f"{frames}"))
    return [*checks, *_loudness_checks(sound, treatment)] if sound else checks


def _loudness_checks(sound: dict[str, Any], treatment: Sound | None) -> list[Check]:
    lufs = sound["integrated_lufs"]
    if not (treatment and treatment.treatment == "mix" and lufs > SILENCE_LUFS):
        return [_check("loudness", True, f"{lufs:.1f} LUFS", "as it is")]
    near, peak = abs(lufs - treatment.loudness_lufs) <= LOUDNESS_TOLERANCE_LU, sound["true_peak_dbtp"]
    target = f"{treatment.loudness_lufs:g} LUFS ±{LOUDNESS_TOLERANCE_LU:g}"
    limit = treatment.true_peak_dbtp
    return [
        _check("loudness", near, f"{lufs:.1f} LUFS", target),
        _check("true peak", peak <= limit, f"{peak:.1f} dBTP", f"at most {limit:g} dBTP"),
    ]


def placement_checks(m: Measured, placement: Placement, strict: bool = True) -> list[Check]:
    """The platform's rules. Not `strict`: a finished master is delivered as it is, with warnings."""
    rules, otherwise = placement.video, "fail" if strict else "warn"
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
        if low is not None or high is not None:
            good = (low is None or value >= low) and (high is None or value <= high)
            checks.append(_check(rule, good, value, _bounds(low, high), otherwise))
    if rules.aspect:
        near = abs(float(Fraction(m.width, m.height) / Fraction(rules.aspect)) - 1) < 0.01
        checks.append(_check("aspect", near, f"{m.width}x{m.height}", rules.aspect, otherwise))
    if not rules.edit_lists:
        checks.append(_check("edit list", not m.edit_list, _yes(m.edit_list, "none"), "none", otherwise))
    if rules.moov_first:
        checks.append(_check("moov first", m.moov_first, _yes(m.moov_first), "yes", otherwise))
    return [replace(check, rule=f"{placement.name}: {check.rule}") for check in checks]


def _bounds(low: float | int | None, high: float | int | None) -> str:
    least = [] if low is None else [f"at least {low:g}"]
    most = [] if high is None else [f"at most {high:,}"]
    return ", ".join(least + most)


def _yes(value: bool, otherwise: str = "no") -> str:
    return "yes" if value else otherwise


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
