"""The words of the pages in French and English, and how each writes numbers, dates and lists. Babel enters here.

The templates and this package hold English; the files of `web/catalogues/fr/` hold the French, read at
the start.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime, format_timedelta
from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.support import NullTranslations, Translations

from portevoix.library import ROOT

CATALOGUES = ROOT / "web" / "catalogues"
ENGLISH = "en"
LANGUAGES = (ENGLISH, "fr")
PLURALS = {"fr": "nplurals=2; plural=(n > 1);"}  # CLDR's third form of French is for whole millions alone
KILO = 1000


class Texts:
    """The words of one language. `gettext` and its kin translate an English text of the pages."""

    def __init__(self, code: str, translations: NullTranslations) -> None:
        self.code, self.locale, self.translations = code, Locale.parse(code), translations
        self.gettext, self.ngettext = translations.gettext, translations.ngettext

    def number(self, value: float) -> str:
        """A number as this language writes it."""
        return format_decimal(value, locale=self.locale)

    def percent(self, part: float) -> str:
        """A part of 1 in whole hundredths."""
        return format_percent(part, locale=self.locale)

    def size(self, count: int) -> str:
        """So many bytes, in the unit that leaves one to three digits before the point."""
        units = (self.gettext("B"), self.gettext("kB"), self.gettext("MB"), self.gettext("GB"), self.gettext("TB"))
        value, unit = float(count), 0
        while value >= KILO and unit < len(units) - 1:
            value, unit = value / KILO, unit + 1
        return f"{format_decimal(round(value, 1 if unit > 1 else 0), locale=self.locale)}\u00a0{units[unit]}"

    def moment(self, seconds: float, form: str = "medium") -> str:
        """A moment (seconds since 1970) in UTC, and that it is; the browser shows it in its own zone."""
        written = format_datetime(datetime.fromtimestamp(seconds, UTC), form, locale=self.locale)
        return f"{written} UTC"

    def ago(self, seconds: float, now_s: float) -> str:
        """How long ago, or in how long, in one unit."""
        delta = timedelta(seconds=seconds - now_s)
        return str(format_timedelta(delta, add_direction=True, locale=self.locale))

    def length(self, seconds: float) -> str:
        """A length of time as a player writes it."""
        whole = round(seconds)
        return f"{whole // 60}:{whole % 60:02}"

    def listed(self, words: Iterable[str]) -> str:
        """Words as one phrase."""
        return format_list(list(words), locale=self.locale)

    def language(self, code: str) -> str:
        """A language by its code, as this language calls it, for the middle of a sentence."""
        try:
            whole = self.locale.languages.get(code.replace("-", "_"))
            return whole or str(Locale.parse(code, sep="-").get_display_name(self.locale) or code)
        except (UnknownLocaleError, ValueError):
            return code


@lru_cache
def texts_in(code: str) -> Texts:
    """The words of one of LANGUAGES."""
    if code == ENGLISH:
        return Texts(code, NullTranslations())
    whole = Catalog(code)
    whole.mime_headers = [("Plural-Forms", PLURALS[code])]
    for path in sorted((CATALOGUES / code).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=code):
                whole[message.id] = message
    written = io.BytesIO()
    write_mo(written, whole)
    written.seek(0)
    return Texts(code, Translations(written))


def preferred(accepted: str) -> str:
    """The one of LANGUAGES that a browser's Accept-Language likes best; English where it likes none."""
    found = []
    for position, part in enumerate(accepted.split(",")):
        name, _, quality = part.partition(";q=")
        code = name.strip().lower().split("-")[0]
        try:
            weight = float(quality or 1)
        except ValueError:
            weight = 0.0
        if code in LANGUAGES and weight > 0:
            found.append((-weight, position, code))
    return min(found)[2] if found else ENGLISH
