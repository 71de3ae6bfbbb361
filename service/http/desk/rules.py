"""What the pages call a subtitler's rules."""

from __future__ import annotations

from collections.abc import Mapping

from service.http.desk.texts import Texts


def of_rules(texts: Texts) -> Mapping[str, str]:
    """Each rule of `portevoix/captions/rules.py`, in a few words."""
    return {
        "reading speed": texts.gettext("Too fast to be read"),
        "too short": texts.gettext("Too short to be seen"),
        "too long": texts.gettext("Stands too long"),
        "gap": texts.gettext("Too near the one before"),
        "overlap": texts.gettext("Overlaps the one before"),
        "after the end": texts.gettext("Ends after the picture"),
        "line count": texts.gettext("Does not fit as one caption"),
        "lonely word": texts.gettext("A word alone on its line"),
        "over a cut": texts.gettext("Just beside a cut"),
        "untranslated": texts.gettext("Not translated"),
        "number differs": texts.gettext("Another number than in the first language"),
        "name differs": texts.gettext("Another name than in the glossary"),
    }
