"""A photo-story as a set of stills, and its film, from one job."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image

from portevoix.produce import Production, Selection, produce
from portevoix.store import Store

TITLES = {"fr": "Une ville", "ar": "مدينة"}


def test_each_photo_of_a_story_is_a_still_with_its_words_in_every_language(store: Store, tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    for name, grey in (("a", 60), ("b", 200)):
        Image.new("RGB", (400, 300), (grey, grey, grey)).save(tmp_path / "media" / f"{name}.png")
    points = "".join(f"  - {{picture: media/{name}.png, text: {{fr: Un mot, ar: كلمة}}}}\n" for name in ("a", "b"))
    (tmp_path / "job.yaml").write_text(
        f"recipe: photo-story\ntitle: {{fr: {TITLES['fr']}, ar: {TITLES['ar']}}}\npoints:\n{points}"
        "formats: [square]\nlanguages: [fr, ar]\n",
        "utf-8",
    )
    outcome = produce(tmp_path / "job.yaml", tmp_path / "out", Production(store, Selection(), True, 2))
    assert outcome.failures == []
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    stills = [d for d in manifest["deliveries"] if d["kind"] == "still"]
    assert [d["path"].rsplit("_", 2)[1:] for d in stills] == [
        [code, f"{n}.jpg"] for code in ("fr", "ar") for n in (1, 2, 3)
    ]
    pictures = [np.asarray(Image.open(tmp_path / "out" / d["path"]).convert("L")).astype(int) for d in stills]
    assert all(picture.shape == (540, 540) for picture in pictures)
    # The title over the first photo, then each photo with its words: light and dark as the photos are.
    heads = [int(np.median(picture[200:230, 100:440])) for picture in pictures[:3]]
    assert abs(heads[1] - 60) <= 3 and abs(heads[2] - 200) <= 3 and heads[0] < 60
    # A draft says at its head that it is one, in every still.
    assert all(len(np.unique(picture[:25, 200:340])) > 50 for picture in pictures)
    assert not np.array_equal(pictures[0], pictures[3]), "each language has its own words"
