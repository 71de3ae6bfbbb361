"""Captions cue by cue: read with what an editor needs beside them, judged and drawn as a draft, saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

from portevoix.authoring.language import Language
from portevoix.captions.cue import Cue
from portevoix.captions.files.formats.registry import WRITTEN
from portevoix.captions.files.read import read_captions
from portevoix.captions.files.write import captions_text
from portevoix.delivery.preview import preview_frame
from portevoix.order import Order
from portevoix.plan import Plan, Product, wire
from portevoix.plan.artists import artist_of
from portevoix.plan.proof import DraftCues, drawings_at, findings_in, picture_under
from portevoix.plan.review import known_changes
from portevoix.render.sound.waveform import waveform
from portevoix.store import ArtifactMissing
from portevoix.timeline.cues import clock_of
from portevoix.timing import millisecond_at, seconds_at
from service.documents import job_folder
from service.gate import Caller
from service.http.context import ServiceContext
from service.http.corrections import find_captions, replace_captions
from service.http.models.captions import (
    CheckView,
    CueBody,
    CuesView,
    CueView,
    FindingView,
    ProofBody,
)
from service.http.parameters import WhichCaptions
from service.http.problems import Refused
from service.ledger import JobEntry, NotNow, queries
from service.noted_store import noted

LIMITS = ("reading_speed_cps", "shortest_cue_s", "longest_cue_s", "gap_frames")
WEBVTT = Path("captions.vtt")  # keeps all that a cue may hold


@dataclass(frozen=True)
class Planned:
    """A job with its plan, as it stands. `small`: it is a draft."""

    order: Order
    plan: Plan
    small: bool


def planned(context: ServiceContext, job: str) -> Planned:
    """A job's plan. Raises NotNow where there is none that this version reads."""
    text, submission = queries.find_plan(context.ledger, job), queries.find_submission(context.ledger, job)
    if text is None:
        raise NotNow(f"job {job} has no plan yet; watch its events")
    try:
        order, plan = _parsed(text, submission.name, submission.document, context)
    except wire.OtherShape as error:
        raise NotNow(f"job {job} has a plan of another version: {error}") from error
    return Planned(order, plan, submission.draft)


@lru_cache(8)
def _parsed(text: str, name: str, document: str, context: ServiceContext) -> tuple[Order, Plan]:
    """A plan read: an editor asks for it at every word."""
    with job_folder(name, document) as path:
        return wire.plan_from_json(text, path, context.library, Path)


def show(context: ServiceContext, which: WhichCaptions) -> CuesView:
    """A language's captions with the picture's cuts, its sound and the language's limits. Raises Refused (404)."""
    name, digest = find_captions(context, which)
    cues, it = _cues(context, which, name, digest), planned(context, which.job)
    timeline, language = it.plan.timeline, _language(context, which)
    clock, fps = clock_of(timeline, it.order.job, which.clip), timeline.fps
    with noted(context.ledger, context.store, which.job) as store:
        changes = known_changes(it.order, timeline, artist_of(it.order, context.library, store))
    return CuesView(
        version=digest,
        name=Path(name).name,
        clip=which.clip,
        clips=len(it.order.job.clips) if it.order.job.cue_times == "clip" else 1,
        cues=[_view(cue) for cue in cues],
        fps=float(fps),
        low_s=float(seconds_at(clock.low, fps)),
        high_s=float(seconds_at(clock.high, fps)),
        offset_s=float(clock.offset_s),
        tempo=float(clock.tempo),
        cuts_s=[float(second) for second in changes],
        waveform=_waveform(context, it, which.job, which.language),
        limits={name: float(getattr(language, name)) for name in LIMITS},
    )


def _cues(context: ServiceContext, which: WhichCaptions, name: str, digest: str) -> tuple[Cue, ...]:
    return read_captions(context.store.input_path(digest), which.language, Path(name)).cues


def _view(cue: Cue) -> CueView:
    return CueView(start_ms=_ms(cue.start_s), end_ms=_ms(cue.end_s), text=cue.text, speaker=cue.speaker)


def _ms(second: Fraction) -> int:
    return int(millisecond_at(second) * 1000)


def _language(context: ServiceContext, which: WhichCaptions) -> Language:
    language = context.library.language(which.language)
    if language is None:
        raise Refused(404, f"language {which.language!r} is not known")
    return language


def _waveform(context: ServiceContext, it: Planned, job: str, language: str) -> list[int]:
    sounds = it.plan.sounds
    sound = next((one for one in sounds if language in one.languages), sounds[0] if sounds else None)
    if sound is None:
        return []
    try:
        with noted(context.ledger, context.store, job) as store:
            return waveform(sound.key, store)
    except ArtifactMissing:  # not made yet
        return []


def check(context: ServiceContext, which: WhichCaptions, cues: Sequence[CueBody]) -> CheckView:
    """What a subtitler would object to in a draft: cues that follow each other, with their neighbours."""
    it, language = planned(context, which.job), _language(context, which)
    written = [_written(body, place) for place, body in enumerate(cues, 1)]
    whole = [cue for cue in written if cue.text.strip() and cue.end_s > cue.start_s]
    with noted(context.ledger, context.store, which.job) as store:
        artist = artist_of(it.order, context.library, store)
        found = findings_in(DraftCues(it.order, it.plan, which.language, which.clip, whole), artist)
    views = [
        FindingView(cue=one.line - 1, rule=one.rule, strictness=one.strictness, message=one.message) for one in found
    ]
    return CheckView(findings=views, speeds=[_speed(cue, language) for cue in written])


def _written(body: CueBody, place: int) -> Cue:
    return Cue(Fraction(body.start_ms, 1000), Fraction(body.end_ms, 1000), body.text, place, speaker=body.speaker)


def _speed(cue: Cue, language: Language) -> tuple[float, float]:
    length, shown = language.length(cue.text), float(cue.end_s - cue.start_s)
    return float(length), round(length / shown, 1) if shown > 0 else 0.0


def draw(context: ServiceContext, which: WhichCaptions, wanted: ProofBody) -> bytes:
    """The picture of a film with a draft cue on it. Raises Refused (404), InvalidInput for a text that cannot be set,
    and NotNow while the picture is not made.
    """
    it = planned(context, which.job)
    product = _product(context, it, which, wanted.path)
    cues = [_written(body, place) for place, body in enumerate(wanted.cues, 1)]
    draft = DraftCues(it.order, it.plan, which.language, which.clip, sorted(cues, key=lambda cue: cue.start_s))
    frame = _frame(it, draft, cues[0], product, wanted.at_ms)
    step, number = picture_under(it.plan, product.audience, frame)
    with noted(context.ledger, context.store, which.job) as store:
        drawings = drawings_at(draft, product.audience, frame, artist_of(it.order, context.library, store), it.small)
        try:
            return preview_frame(step, number, it.plan.timeline.fps, drawings, store)
        except ArtifactMissing as error:
            raise NotNow(f"job {which.job} has no picture there yet; watch its events") from error


def _product(context: ServiceContext, it: Planned, which: WhichCaptions, path: str) -> Product:
    """What a listed film is a product of."""
    film = next((d for d in queries.list_deliveries(context.ledger, which.job) if d.path == path), None)
    for product in it.plan.products if film else ():
        audience, part = product.audience, product.part.number if product.part.count > 1 else None
        told = (film.account, film.placement, film.language, film.format, film.part)  # type: ignore[union-attr]
        if told == (audience.account, audience.placement, audience.language, audience.format, part):
            return product
    raise Refused(404, f"job {which.job} has no film {path!r}; its deliveries list those it has")


def _frame(it: Planned, draft: DraftCues, cue: Cue, product: Product, at_ms: int | None) -> int:
    clock = clock_of(it.plan.timeline, it.order.job, draft.clip)
    second = Fraction(at_ms, 1000) if at_ms is not None else (cue.start_s + cue.end_s) / 2
    return min(max(clock.frame(second), 0), it.plan.timeline.frame_count - 1)


def save(
    context: ServiceContext, caller: Caller, which: WhichCaptions, cues: Sequence[CueBody], instead_of: str
) -> JobEntry:
    """Put the whole text of a language in the place of the version that was read. Raises as `replace_captions`."""
    name, _ = find_captions(context, which)
    before = _cues(context, which, name, instead_of) if context.store.has_input(instead_of) else ()
    made = [merged(body, before, place) for place, body in enumerate(cues, 1)]
    profile = _language(context, which)
    text = captions_text(made, _kind(Path(name), made), profile.direction, which.language)
    return replace_captions(context, caller, which, text.encode(), instead_of)


def _kind(name: Path, cues: Sequence[Cue]) -> Path:
    """The file's own kind, where it has a place for all that its cues hold; else WebVTT, which has."""
    written = WRITTEN.get(name.suffix)
    held = {kind for kind in ("settings", "speaker", "word_times", "italics") if any(getattr(c, kind) for c in cues)}
    return name if written and held <= set(written.keeps) else WEBVTT


def merged(body: CueBody, before: Sequence[Cue], place: int) -> Cue:
    """A cue as it was written, with what an editor does not show taken from the one that it was."""
    new = _written(body, place)
    if body.was is None or body.was >= len(before):
        return new
    was = before[body.was]
    start_s, end_s = (
        old if _ms(old) == _ms(changed) else changed
        for old, changed in ((was.start_s, new.start_s), (was.end_s, new.end_s))
    )
    place_of = _Change.between(was.text, new.text).place
    moved_s = start_s - was.start_s
    kept = [(place_of(start), place_of(end)) for start, end in was.italics]
    words = [(place_of(offset), second + moved_s) for offset, second in was.word_times]
    return replace(
        was,
        start_s=start_s,
        end_s=end_s,
        text=new.text,
        line=place,
        speaker=new.speaker,
        italics=tuple((start, end) for start, end in kept if start is not None and end is not None),
        word_times=tuple((offset, second) for offset, second in words if offset is not None and second < end_s),
    )


@dataclass(frozen=True)
class _Change:
    """Between an old text and a new one: so many characters are the `same` before what was changed, and from `tail` of
    the old text on all lie `shift` further.
    """

    same: int
    tail: int
    shift: int

    @classmethod
    def between(cls, old: str, new: str) -> _Change:
        least = min(len(old), len(new))
        same = next((n for n in range(least) if old[n] != new[n]), least)
        after = next((n for n in range(least - same) if old[-1 - n] != new[-1 - n]), least - same)
        return cls(same, len(old) - after, len(new) - len(old))

    def place(self, old: int) -> int | None:
        """Where a place of the old text lies in the new one; None within what was changed."""
        if old <= self.same:
            return old
        return old + self.shift if old >= self.tail else None
