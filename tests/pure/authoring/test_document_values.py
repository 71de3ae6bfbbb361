"""A document with some values changed: the rest stays as its author wrote it."""

from __future__ import annotations

from portevoix.authoring.document import with_values

TEXT = "# remark\npost:\n  text: {fr: 'Un', en: Two}  # said\nlanguages: [fr, en]\n"


def test_other_values_comments_and_quotes_stay() -> None:
    changed = with_values(TEXT, {("post", "text", "fr"): "Été : oui"})
    assert changed.replace(" #", "  #") == TEXT.replace("'Un'", "'Été : oui'").replace("   #", "  #")


def test_what_is_taken_out_leaves_no_empty_keys_and_what_is_new_is_added() -> None:
    taken = with_values(TEXT, {("post", "text", "fr"): None, ("post", "text", "en"): None, ("post", "at", "x"): None})
    assert taken == "# remark\nlanguages: [fr, en]\n"
    assert "at:\n    x:\n      text:\n        fr: a" in with_values(TEXT, {("post", "at", "x", "text", "fr"): "a"})
