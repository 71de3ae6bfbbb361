"""A quotation beside its photo in a wide frame, where all languages' words have room there."""

from __future__ import annotations

from portevoix.drawing.artist import Artist, DrawnJob
from portevoix.drawing.canvas import Canvas
from portevoix.order import Order
from portevoix.plan.split import half_size
from portevoix.timeline.cards import Pane, Quote


def quotation_pane(order: Order, artist: Artist, canvas: Canvas) -> Pane | None:
    """The half of the frame in which the quotation stands, in parts of it; None where it stands over its picture.

    It stands over it too where the words of one language, or of an account with wide margins, find no room in a half.
    """
    job = order.job
    if order.recipe.portrait != "beside" or job.picture is None or job.clips or canvas.format != "wide":
        return None
    pane, draft = _other_half(canvas, order), canvas.width != canvas.frame.width
    zones = dict.fromkeys(a.zone for a in order.everybody or order.audiences if a.format == canvas.format)
    canvases = [Canvas.of_format(canvas.format, draft, zone) for zone in zones] or [canvas]
    languages = tuple(order.languages.items())
    editions = [DrawnJob(job, code, language, one, languages) for one in canvases for code, language in languages]
    return pane if all(artist.fits(Quote(pane=pane), edition) for edition in editions) else None


def _other_half(canvas: Canvas, order: Order) -> Pane:
    """The photo's other half: where reading ends in the job's first language."""
    width, _ = half_size(canvas.width, canvas.height)
    if next(iter(order.languages.values())).direction == "rtl":
        return 0.0, 0.0, width / canvas.width, 1.0
    return 1 - width / canvas.width, 0.0, 1.0, 1.0
