"""Full-width signs that meet leave no gap between them."""

from __future__ import annotations

import pytest

from portevoix.drawing.full_width import halved


@pytest.mark.parametrize(
    ("text", "code", "narrow"),
    [
        ("他说：“好”。", "zh-Hans", "：”"),
        ("（“好。”）、《书》", "zh-Hans", "“。”）、"),
        ("部長說：「好」。", "zh-Hant", "「」"),  # its stops stand in the middle
        ("「好。」「是」", "ja", "。」"),
        ("「待って！？」", "ja", ""),  # the marks stand in the middle, and the last sign meets none
        ("「세종대왕」《훈민정음》", "ko", "」"),
        ("好，我们“走”", "zh-Hans", ""),
        ("« Oui », dit-il. “No”.", "fr", ""),
    ],
)
def test_of_two_signs_that_meet_one_is_narrow(text: str, code: str, narrow: str) -> None:
    assert "".join(text[place] for place in halved(text, code)) == narrow
