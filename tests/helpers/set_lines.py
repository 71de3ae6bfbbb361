"""A text's lines alone, without what their breaks cost."""

from __future__ import annotations

from portevoix.authoring.language import Language
from portevoix.captions.lines import WidthOf, best_lines


def break_lines(text: str, language: Language, width_of: WidthOf, limit_px: int, most_lines: int) -> list[str] | None:
    """The best lines; None where they are too many."""
    found = best_lines(text, language, width_of, limit_px, most_lines)
    return found[0] if found else None
