"""For the editor who takes over: the textless master of every format, the cut as OpenTimelineIO, every language's words
beside.
"""

from __future__ import annotations

from collections.abc import Iterator

from portevoix.captions.beside import set_cues
from portevoix.captions.files.write import write_captions
from portevoix.delivery.cut_list import Cut, Used, cut_list, edl, final_cut_xml, has_time_code
from portevoix.delivery.job import FinishedJob, Labels, facts_of, give, listed
from portevoix.delivery.manifest import Delivery
from portevoix.files import write_text
from portevoix.plan import Plan, VideoStep
from portevoix.render.measure import read_measured
from portevoix.timeline.cues import retimed
from portevoix.timeline.model import Span

FOLDER = "masters"
SIDECARS = (".srt", ".vtt")
CUT_LISTS = {".otio": cut_list, ".edl": edl, ".xml": final_cut_xml}
OF_ANY_RATE = (".otio",)


def deliver_masters(job: FinishedJob) -> list[Delivery]:
    """The plan's textless masters, each with its cut list, under `masters/`, and the words of every language once for
    all of them.

    Sources keep the names that the job gives.
    """
    found = [delivery for master in job.plan.masters for delivery in _master(master, job)]
    return [*found, *_sidecars(job)] if found else []


def cut_lists_left_out(plan: Plan) -> list[str]:
    """A sentence where the programme's rate has no time code, and so no cut list in the formats that count by it."""
    fps = plan.timeline.fps
    if not plan.masters or has_time_code(fps):
        return []
    return [f"masters: {float(fps):.6g} frames a second have no time code; the cut is in the OTIO file alone"]


def _master(master: VideoStep, job: FinishedJob) -> Iterator[Delivery]:
    stem = f"{job.order.name}_{master.format}_textless"
    path = f"{FOLDER}/{stem}.mp4"
    labels = Labels(None, None, "", master.format, sorted(job.pictures))
    facts = job.store.facts(master.key)
    digest = facts["sha256"]
    give(job, path, digest, lambda: job.store.path(master.key, ".mp4"), master.key)
    measured = facts_of(read_measured(facts["measured"]))
    yield listed(job, path, "master", labels, key=master.key, sha256=digest, **measured)
    cut = _cut(stem, job)
    for ending, written in CUT_LISTS.items():
        if ending not in OF_ANY_RATE and not has_time_code(cut.timeline.fps):
            continue
        cut_path = f"{FOLDER}/{stem}{ending}"
        write_text(job.out / cut_path, written(cut))
        yield listed(job, cut_path, "cut list", labels)


def _sidecars(job: FinishedJob) -> Iterator[Delivery]:
    sources = sorted({source.digest for source in job.order.sources})
    whole = Span(0, job.plan.timeline.frame_count)
    for code, placed in job.plan.cues.items():
        language, cues = job.order.languages[code], retimed(job.plan.timeline, placed, whole)
        for ending in SIDECARS:
            path = f"{FOLDER}/{job.order.name}_{code}{ending}"
            write_captions(set_cues(cues, language), job.out / path, language.direction, language.code)
            yield listed(job, path, "sidecar", Labels(None, None, code, "", sources))


def _cut(stem: str, job: FinishedJob) -> Cut:
    order, plan = job.order, job.plan
    clips = [
        Used(clip.file.as_posix(), source, clip.start_s)
        for clip, source in zip(order.shots, order.sources, strict=True)
    ]
    pictures = [photograph.file.as_posix() for photograph in order.job.photographs().values()]
    first = next(iter(order.languages))
    titles = {"opening": order.job.title.get(first, ""), "notice": order.job.title.get(first, "")}
    photos = list(zip(pictures, order.photos, strict=True))
    return Cut(stem, plan.timeline, f"{stem}.mp4", clips, photos, plan.cues, titles)
