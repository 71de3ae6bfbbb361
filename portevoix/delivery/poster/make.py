"""Which second of a video its poster shows, remembered for all languages, and the frame as a JPEG."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from PIL import Image

from portevoix.delivery.poster.reader import Reader, TimeSpan
from portevoix.delivery.wordless import join_wordless, wordless
from portevoix.errors import RenderFailed
from portevoix.plan import Plan, VideoStep, key_of
from portevoix.render.still import within
from portevoix.store import Store
from portevoix.timeline.cards import Closing, Quote
from portevoix.timeline.model import Timeline
from portevoix.timing import decimal, frame_at, nearest, seconds_at

MOVING_FRAMES = 5  # words fade in and out within them
WHOLE_QUOTE = Fraction(1, 4)  # of a quotation's time, its last: all of it and its name stand
DISSOLVING_S = Fraction(1)  # before a closing card, into which the film may dissolve
LONGEST_SIDE_PX = 1920  # that of every format; of a film in 4K more would not fit every limit, and nobody shows more


def poster_second(plan: Plan, video: VideoStep, asked: Fraction | str, store: Store) -> Fraction:
    """The second of a video's poster, the same in all languages that have this part of the programme. Remembered.

    `asked`: a second of the programme, for the part in which it lies; the best for every other.
    """
    start_s, length_s = (
        seconds_at(video.first_frame, plan.timeline.fps),
        seconds_at(video.frame_count, plan.timeline.fps),
    )
    if isinstance(asked, Fraction) and start_s <= asked < start_s + length_s:
        return asked - start_s
    return _best(plan, video, spans_of(plan, video.format), store)


def cover_second(plan: Plan, video: VideoStep, asked: Fraction | None, store: Store) -> Fraction:
    """The second of a video's cover, as `poster_second` has that of its poster. The cover shows the picture without
    words, so words keep nothing from being its moment.
    """
    if asked is not None:
        return poster_second(plan, video, asked, store)
    ways, grounds = _ways(plan.timeline), _grounds(plan.timeline)
    return _best(plan, video, [_seconds(spans, plan.timeline) for spans in (grounds, ways)], store)


def _best(plan: Plan, video: VideoStep, spans: Sequence[Sequence[TimeSpan]], store: Store) -> Fraction:
    """The best second of a video outside of spans of the programme."""
    start_s = seconds_at(video.first_frame, plan.timeline.fps)
    clean = wordless(plan, video)
    avoided = [[(a - start_s, b - start_s) for a, b in one] for one in spans]
    # Cards alone have no picture without words; where there are others, no poster shows them.
    looked_at = [step.key for step, wordless in clean if wordless] or [step.key for step, _ in clean]
    key = key_of("poster choice", {"chunks": looked_at, "avoided": avoided})
    if not store.has(key):
        store.put(key, {}, {"second": str(_choose([step.key for step, _ in clean], video, avoided, store))})
    return Fraction(store.facts(key)["second"])


def _choose(chunks: Sequence[str], video: VideoStep, avoided: Sequence[Sequence[TimeSpan]], store: Store) -> Fraction:
    from portevoix.delivery.poster.choice import choose_poster, faces_in  # here: what it needs takes long to load

    with store.workplace() as folder:
        film = folder / "clean.mp4"
        join_wordless(chunks, None, video, store, film)
        return choose_poster(film, avoided, faces_in)


def spans_of(plan: Plan, picture_format: str) -> list[list[TimeSpan]]:
    """What a poster of a format avoids, the worst first, in seconds of the programme: the ground; words and cards that
    come and go in any language and pictures that change; cards that stand; captions that stand, in any language.
    """
    timeline = plan.timeline
    cues = [cue for placed in plan.cues.values() for cue in placed.cues]
    edges = [edge for card in timeline.cards for edge in (card.first_frame, card.end_frame)]
    edges += [edge for cue in cues for edge in (cue.first_frame, cue.end_frame)]
    moving = [*_around(edges), *_gliding(plan, picture_format), *_dissolving(timeline), *_half_said(timeline)]
    cards = [(timed.first_frame, timed.end_frame) for timed in timeline.cards if not timed.card.standing]
    captions = [(cue.first_frame, cue.end_frame) for cue in cues]
    frames = [_grounds(timeline), moving + _ways(timeline), cards, captions]
    return [_seconds(spans, timeline) for spans in frames]


def _gliding(plan: Plan, picture_format: str) -> Iterator[tuple[int, int]]:
    """While something of a card moves: cards wait for faces, in each language and format for as long as they must."""
    for batch in plan.batches:
        if batch.canvas.format == picture_format:
            first = batch.chunk.first_frame
            moving = {(one.first, one.end) for s in batch.steps for one in s.overlays if one.glide}
            yield from ((first + begin, first + end) for begin, end in moving)


def _dissolving(timeline: Timeline) -> list[tuple[int, int]]:
    firsts = [timed.first_frame for timed in timeline.cards if isinstance(timed.card, Closing)]
    return [(first - frame_at(DISSOLVING_S, timeline.fps), first) for first in firsts]


def _half_said(timeline: Timeline) -> list[tuple[int, int]]:
    """While a quotation comes line by line: a part of it says something else."""
    quotes = [timed for timed in timeline.cards if isinstance(timed.card, Quote)]
    return [(q.first_frame, q.end_frame - nearest((q.end_frame - q.first_frame) * WHOLE_QUOTE)) for q in quotes]


def _ways(timeline: Timeline) -> list[tuple[int, int]]:
    """Frames round the changes of the picture."""
    cuts = _around([scene.first_frame for scene in timeline.scenes])
    return [*cuts, *((scene.first_frame, scene.end_frame) for scene in timeline.scenes if scene.into)]


def _grounds(timeline: Timeline) -> list[tuple[int, int]]:
    """The scenes on the kit's own ground, where there are others."""
    found = [(scene.first_frame, scene.end_frame) for scene in timeline.scenes if scene.picture.of_house]
    return found if len(found) < len(timeline.scenes) else []


def _around(edges: Iterable[int]) -> list[tuple[int, int]]:
    return [(edge - MOVING_FRAMES, edge + MOVING_FRAMES) for edge in edges]


def _seconds(frames: Iterable[tuple[int, int]], timeline: Timeline) -> list[TimeSpan]:
    return sorted({(seconds_at(max(first, 0), timeline.fps), seconds_at(end, timeline.fps)) for first, end in frames})


def make_poster(video: str, second: Fraction, limit: int, store: Store) -> tuple[str, Path]:
    """The frame that stands at `second` of a stored video as a JPEG of at most `limit` bytes. Returns its key and file.

    Its longer side is at most `LONGEST_SIDE_PX`; the store's facts say `width` and `height`.
    Raises RenderFailed where the video has ended by then, or where no quality fits.
    """
    key = key_of("poster", {"video": video, "second": second, "limit": limit, "longest side": LONGEST_SIDE_PX})
    if not store.has(key):
        with Reader(store.path(video, ".mp4")) as reader:
            if not 0 <= second < reader.duration_s:
                raise RenderFailed(
                    f"the poster is to be the frame at {decimal(second, 2)} s, but the video lasts "
                    f"{decimal(reader.duration_s, 2)} s; name an earlier time"
                )
            picture = reader.picture(second)
        picture.thumbnail((LONGEST_SIDE_PX, LONGEST_SIDE_PX), Image.Resampling.LANCZOS)
        with store.workplace() as folder:
            (folder / "poster.jpg").write_bytes(within(picture, limit))
            facts = {"limit": limit, "second": str(second), "width": picture.width, "height": picture.height}
            store.put(key, {".jpg": folder / "poster.jpg"}, facts)
    return key, store.path(key, ".jpg")
