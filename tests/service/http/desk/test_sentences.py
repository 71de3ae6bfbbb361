"""What the engine says in English, said in the reader's language."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
import sentences
from http_service import HttpService

from portevoix.authoring.language import RULES
from portevoix.captions.cue import Cue
from portevoix.captions.rules import Reviewed, review
from portevoix.delivery.checks.verdict import within
from portevoix.errors import InvalidInput
from portevoix.library import load_library
from portevoix.order import accept
from service.approvals import Standing, Version
from service.gate import ALL, Grant, Role
from service.http.desk import words
from service.http.desk.sentences import said_in

HOLE = re.compile(r"%\((\w+)\)s")
ENGLISH = re.compile(r"\b(the|is|has|not|with|that|of|it|in)\b")


def french(sentence: str) -> str:
    said = said_in("fr", sentence)
    assert said.language == "fr", f"no French for {sentence!r}"
    return said.text


def test_every_sentence_of_the_engine_is_known_again_by_its_template_with_its_own_values() -> None:
    for template in sentences.sentences():
        values = {name: f"<{number}>" for number, name in enumerate(HOLE.findall(template))}
        values |= {"rule": "gap"} if "rule" in values else {}
        said = french(template % values) if values else french(template.replace("%%", "%"))
        assert all(value in said for name, value in values.items() if name != "rule"), (template, said)


def test_a_job_full_of_mistakes_is_told_in_french_alone(tmp_path: Path) -> None:
    job = tmp_path / "essai.yaml"
    job.write_text(
        "recipe: interwiew\ntitle: {fr: Essai}\nheadline: {fr: A}\nclips: [{file: /a.mp4, speaker: x}, {file: b.mp4}]\n"
        "scripts: {fr: fr.vtt}\nmusic: c.mp3\naccounts: [nobody]\nquoted: y\npost: {text: {ar: a}, at: {z: {}}}\n",
        "utf-8",
    )
    library = load_library()
    for text in (job.read_text("utf-8"), job.read_text("utf-8").replace("interwiew", "interview")):
        job.write_text(text, "utf-8")
        with pytest.raises(InvalidInput) as refused:
            accept(job, library)
        for fault in refused.value.faults:
            said = french(fault.message)
            assert not ENGLISH.search(re.sub(r"«[^»]*»|`[^`]*`", "", said)), (fault.message, said)
    assert said_in("fr", "recipe 'interwiew' is not known; did you mean 'interview'?").text == (
        "modèle «\xa0interwiew\xa0»\xa0: inconnu\xa0; vouliez-vous dire «\xa0interview\xa0»\xa0?"
    )


def test_what_a_subtitler_objects_to_and_what_checks_find_is_french_with_its_numbers() -> None:
    language = load_library().languages["fr"]
    cues = [
        Cue(Fraction(0), Fraction(1, 2), "Beaucoup trop de mots pour si peu", 1),
        Cue(Fraction(13, 25), Fraction(9), "b", 2),
    ]
    beside = (load_library().languages["en"], [replace(cues[0], start_s=Fraction(0))])
    found = review(Reviewed(cues, language, beside=beside, cuts_s=[Fraction(12, 25)], end_s=Fraction(8)))
    assert {finding.rule for finding in found} >= {"reading speed", "too short", "gap", "too long", "untranslated"}
    for finding in found:
        assert not ENGLISH.search(french(finding.message)), finding
    assert all(french(rule) for rule in RULES)
    assert french("is the same as in English; translate it") == "est le même qu’en anglais\xa0; traduisez-le"
    assert french("x: " + within(3, 60.5)) == "x\xa0: de 3 à 60,5"
    assert french("x/a.mp4: loudness is -18.2 LUFS, -14.0 LUFS ±1.0") == (
        "x/a.mp4\xa0: niveau sonore\xa0: -18,2 LUFS, attendu\xa0: -14,0 LUFS ±1,0"
    )


def test_placements_bear_the_names_that_people_know_and_paths_and_keys_their_own() -> None:
    library = load_library()
    for sentence, shown in (
        ("instagram_story: frame", "Instagram Story: frame"),
        ("x\xa0: débit", "X\xa0: débit"),
        ("a.mp4: youtube: length is 3 s", "a.mp4: YouTube: length is 3 s"),
        ("the film is longer than linkedin_video takes", "the film is longer than LinkedIn Video takes"),
        ("m/instagram_story/x_a.mp4: 1080 x 1920", "m/instagram_story/x_a.mp4: 1080 x 1920"),
        ("write one, or one under `at: facebook_feed`", "write one, or one under `at: facebook_feed`"),
    ):
        assert words.with_placements(library, sentence) == shown
    assert words.with_placements(replace(library, placements={}), "x: a_b") == "x: a_b", "a house may have none"


def test_what_is_missing_before_a_release_is_french() -> None:
    version = Version("0" * 64, "1" * 64)
    standing = Standing("fr", ("ministere",), version, "a", "a", (), (), False, ())
    blocked = replace(standing, blocks=("ministere/a.mp4: loudness is 1, 2",))
    for one in (standing, replace(standing, changing=True), blocked):
        missing = one.missing(2)
        assert missing and not ENGLISH.search(french(missing))
    assert french("0 of 2 approvals") == "approbations\xa0: 0 sur 2"


def test_what_nobody_has_translated_stays_english_and_says_so() -> None:
    said = said_in("fr", "a new sentence that nobody knows")
    assert (said.text, said.language) == ("a new sentence that nobody knows", "en")
    assert said_in("en", "the file").language == "en"


def test_a_page_is_answered_in_its_readers_language_and_a_program_in_english(tmp_path: Path) -> None:
    service = HttpService(tmp_path)
    draft = {"name": "essai", "document": {"recipe": "alert", "accounts": ["ministere"]}, "files": {}}
    with service.open(), service.client() as program, service.person("amina", Grant(Role.AUTHOR, ALL)) as reader:
        reader.headers["Accept-Language"] = program.headers["Accept-Language"] = "fr"
        (fault, *_) = reader.post("/desk/new/check", json=draft).json()["faults"]
        assert fault["message"] == "`text` manque\xa0; le modèle «\xa0alert\xa0» en a besoin" and fault["missing"]
        body = {"name": "essai", "document": "recipe: alert\naccounts: [ministere]\n"}
        said = {who: who.post("/jobs", json=body).json()["faults"][0]["message"] for who in (reader, program)}
        assert said[reader] == fault["message"]
        assert said[program] == "names no `text`; recipe 'alert' needs it"
