"""One rule held against what was measured."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

WORDS = "captions: "  # how the rules of captions begin in a manifest: they block approval, not the making
POSTS = "post: "  # those of what is said beside a film: they do too


@dataclass(frozen=True)
class Check:
    """One rule, its verdict (`pass`, `warn`, `fail`), what was measured and what is wanted.

    Of a platform's rule also where and when it was read (ISO 8601), and how sure that is; of one that is broken, what
    to do. What is not known is empty.
    """

    rule: str
    verdict: str
    measured: str
    wanted: str
    remedy: str = ""
    source: str = ""
    read_on: str = ""
    confidence: str = ""

    def plain(self) -> dict[str, str]:
        """As the manifest has it: without what is empty."""
        return {name: value for name, value in vars(self).items() if value}


def failed(check: dict[str, Any]) -> bool:
    """Whether a check of the manifest stops the delivery. Wrong words stop their approval instead."""
    return bool(check["verdict"] == "fail" and not check["rule"].startswith((WORDS, POSTS)))


def judged(rule: str, good: bool, measured: object, wanted: str, otherwise: str = "fail") -> Check:
    """A rule that is kept, or broken with the verdict `otherwise`."""
    shown = f"{float(measured):.6g}" if isinstance(measured, float | Fraction) else str(measured)
    return Check(rule, "pass" if good else otherwise, shown, wanted)


def within(low: float | None, high: float | None) -> str:
    """The bounds in words."""
    least = [] if low is None else [f"at least {low:g}"]
    most = [] if high is None else [f"at most {high:,}"]
    return ", ".join(least + most)


def yes(value: bool, otherwise: str = "no") -> str:
    """A fact in words."""
    return "yes" if value else otherwise
