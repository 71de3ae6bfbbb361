"""What a render says of its words is short: each rule once, counted, what blocks approval last."""

from fractions import Fraction

from portevoix.captions.notes import notes_of_findings
from portevoix.captions.rules import Finding


def found(rule: str, strictness: str, second: int, line: int = 0) -> Finding:
    return Finding(rule, strictness, Fraction(second), line, "words", f"{rule} at {second}")


def test_each_rule_is_one_line_counted_by_language_and_errors_come_last() -> None:
    findings = {
        "fr": (found("number differs", "error", 1, 3), *(found("over a face", "warning", n) for n in range(7))),
        "ar": tuple(found("over a face", "warning", n) for n in range(3)),
    }
    lines = notes_of_findings(findings, {"fr": "scripts/fr.vtt"})
    assert lines == [
        "over a face (warning), 7 in fr, 3 in ar; the first, fr, 00:00:00.000: over a face at 0",
        "scripts/fr.vtt:3: number differs (error): number differs at 1",
    ]
