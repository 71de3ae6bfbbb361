"""What a camera wrote into a film, such as place, device and names, stays there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av

from portevoix.produce import Production, Selection, produce
from portevoix.store import Store

OF_THE_CAMERA = {
    "title": "a private title",
    "artist": "a private name",
    "comment": "a private note",
    "location": "+48.8566+002.3522/",
    "com.apple.quicktime.location.ISO6709": "+48.8566+002.3522/",
    "com.apple.quicktime.model": "a private device",
}
OF_ITS_TRACKS = ("-metadata:s:v:0", "handler_name=a private track", "-timecode", "11:22:33:04")
WORDS = "WEBVTT\n\n00:00.100 --> 00:01.800\nBonjour\n"
JOB = "recipe: subtitles\nmasters: true\nclips:\n  - {file: media/a.mov}\nscripts: {fr: fr.vtt}\nlanguages: [fr]\n"


def test_no_file_that_goes_out_says_what_the_camera_wrote(
    clip: Callable[..., Path], store: Store, tmp_path: Path
) -> None:
    tags = [part for name, text in OF_THE_CAMERA.items() for part in ("-metadata", f"{name}={text}")]
    source = clip("a.mov", "testsrc2=s=320x320", 2, options=(*tags, "-movflags", "use_metadata_tags", *OF_ITS_TRACKS))
    assert all(text.encode() in source.read_bytes() for text in (*OF_THE_CAMERA.values(), "a private track"))
    (tmp_path / "fr.vtt").write_text(WORDS, "utf-8")
    (tmp_path / "job.yaml").write_text(JOB, "utf-8")
    outcome = produce(tmp_path / "job.yaml", tmp_path / "out", Production(store, Selection(), False, 2))
    assert {"video", "master", "poster"} <= {one.kind for one in outcome.deliveries}
    for file in (file for file in (tmp_path / "out").rglob("*") if file.is_file()):
        found = [text for text in (b"private", b"48.8566", b"11:22:33") if text in file.read_bytes()]
        assert not found, (file.name, found)
    for one in outcome.deliveries:
        if one.kind in ("video", "master"):
            with av.open(str(tmp_path / "out" / one.path)) as film:
                assert [stream.type for stream in film.streams] == ["video", "audio"]  # and no track of time codes
