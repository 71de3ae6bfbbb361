"""What the rules found, in a few lines: each kind once, counted, with its first place; what blocks approval last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from portevoix.captions.rules import Finding, finding_line
from portevoix.timing import clock

ORDER = {"off": 0, "warning": 1, "error": 2}


def notes_of_findings(findings: Mapping[str, Sequence[Finding]], files: Mapping[str, str]) -> list[str]:
    """A line for each rule that found something. `files`: the name of each language's script."""
    kinds: dict[tuple[str, str], list[tuple[str, Finding]]] = {}
    for code, found in findings.items():
        for finding in found:
            kinds.setdefault((finding.strictness, finding.rule), []).append((code, finding))
    ordered = sorted(kinds.items(), key=lambda kind: ORDER[kind[0][0]])
    return [_line(of_kind, files) for _, of_kind in ordered]


def _line(found: Sequence[tuple[str, Finding]], files: Mapping[str, str]) -> str:
    code, first = found[0]
    if len(found) == 1:
        return finding_line(first, files.get(code, code))
    codes = list(dict.fromkeys(code for code, _ in found))
    counted = ", ".join(f"{sum(one == code for one, _ in found)} in {code}" for code in codes)
    place = f"{files.get(code, code)}:{first.line}" if first.line else f"{code}, {clock(first.start_s)}"
    return f"{first.rule} ({first.strictness}), {counted}; the first, {place}: {first.message}"
