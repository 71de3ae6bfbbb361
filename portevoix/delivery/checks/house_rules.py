"""The house's own rules for a finished video and for its words."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from portevoix.authoring.language import RULES
from portevoix.authoring.recipe import Sound
from portevoix.captions.rules import Finding
from portevoix.delivery.checks.verdict import WORDS, Check, judged, yes
from portevoix.render.measure import Measured
from portevoix.timeline.model import GOP_S

H264 = ("h264", "High", "yuv420p")
SAMPLE_S = Fraction(1, 48_000)
BT709_LIMITED = (1, 1, 1, 1)
HDR = {16: " (PQ, high dynamic range)", 18: " (HLG, high dynamic range)"}  # by transfer, ITU-T H.273
LOUDNESS_TOLERANCE_LU = 0.5
BLACK_LUMA = 20  # of 255, on average; black of limited range has 16
SILENCE_LUFS = -60.0


def standard_checks(
    m: Measured, frames: int | None, sound: dict[str, Any] | None, treatment: Sound | None
) -> list[Check]:
    """What every file of ours satisfies. `frames` None: its length is its own."""
    picture = (m.video_codec, m.profile, m.pixel_format)
    heard = (m.audio_codec, m.audio_profile, m.audio_rate_hz, m.audio_channels)
    of_sound = f"{m.audio_codec} {m.audio_profile} {m.audio_rate_hz} Hz {m.audio_channels} ch"
    colour = "/".join(map(str, m.colour)) + HDR.get(m.colour[1], "")
    checks = [
        judged("video codec", picture == H264, " ".join(picture), " ".join(H264)),
        judged("colour", m.colour == BT709_LIMITED, colour, "1/1/1/1 (BT.709, limited)"),
        judged("constant frame rate", m.constant_rate, yes(m.constant_rate), "yes"),
        judged("first picture", m.first_picture_s == 0, m.first_picture_s, "0 s"),
        judged("longest GOP", m.longest_gop_s <= GOP_S + Fraction(1, 1000), m.longest_gop_s, f"at most {GOP_S} s"),
        judged("edit list", not m.edit_list, yes(m.edit_list, "none"), "none"),
        judged("moov first", m.moov_first, yes(m.moov_first), "yes"),
        judged("rotation", not m.rotation, f"{m.rotation}°", "0°"),
        judged("closed GOP", m.closed_gop, yes(m.closed_gop), "yes"),
        judged(
            "sound", heard == ("aac", "LC", 48000, 2), of_sound if m.audio_codec else "none", "aac LC 48000 Hz 2 ch"
        ),
    ]
    if m.decoded is not None:
        whole = m.decoded and not m.cut_short
        checks.append(judged("decoded to its end", whole, "cut short" if m.cut_short else yes(m.decoded), "yes"))
    if m.first_luma is not None:
        seen = m.first_luma >= BLACK_LUMA
        shown, wanted = f"luma {m.first_luma:g}", f"at least {BLACK_LUMA}"
        checks.append(judged("first picture is not black", seen, shown, wanted, "warn"))
    if m.sound_s is not None and frames is not None:
        longest_s = m.duration_s + SAMPLE_S  # the last sample may begin where the last picture ends
        checks.append(judged("sound (s)", m.sound_s <= longest_s, m.sound_s, f"at most {float(longest_s):.6g}"))
    if frames is not None:
        checks.append(judged("frames", m.frames == frames, m.frames, f"{frames}"))
    return [*checks, *_loudness_checks(sound, treatment)] if sound else checks


def _loudness_checks(sound: dict[str, Any], treatment: Sound | None) -> list[Check]:
    lufs = sound["integrated_lufs"]
    if not (treatment and treatment.treatment == "mix" and lufs > SILENCE_LUFS):
        return [judged("loudness", True, f"{lufs:.1f} LUFS", "as it is")]
    near, peak = abs(lufs - treatment.loudness_lufs) <= LOUDNESS_TOLERANCE_LU, sound["true_peak_dbtp"]
    target = f"{treatment.loudness_lufs:g} LUFS ±{LOUDNESS_TOLERANCE_LU:g}"
    limit = treatment.true_peak_dbtp
    return [
        judged("loudness", near, f"{lufs:.1f} LUFS", target),
        judged("true peak", peak <= limit, f"{peak:.1f} dBTP", f"at most {limit:g} dBTP"),
    ]


def word_checks(findings: Sequence[Finding], cue_count: int) -> list[Check]:
    """The manifest's lines: each rule that found something, and in how many cues."""
    counted = {rule: [f for f in findings if f.rule == rule] for rule in RULES}
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
