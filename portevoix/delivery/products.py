"""The named files of one audience: its videos and their parts, each checked, with stills, posters and sidecars."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from portevoix.authoring.account import Account
from portevoix.authoring.language import Language
from portevoix.authoring.placement import Placement
from portevoix.captions.beside import set_cues
from portevoix.captions.cue import Cue
from portevoix.captions.files.read import read_captions
from portevoix.captions.files.write import write_captions
from portevoix.delivery.checks.agreement import agreement_checks
from portevoix.delivery.checks.house_rules import SILENCE_LUFS, standard_checks, word_checks
from portevoix.delivery.checks.placements import (
    ShownPicture,
    age_checks,
    cover_checks,
    fitted_check,
    items_checks,
    placement_checks,
    still_checks,
)
from portevoix.delivery.checks.posts import post_checks
from portevoix.delivery.checks.sidecars import plain_words, sidecar_checks
from portevoix.delivery.checks.stretches import checks_of_render
from portevoix.delivery.checks.verdict import Check, judged
from portevoix.delivery.checks.zones import zone_checks
from portevoix.delivery.cover import make_cover
from portevoix.delivery.job import FinishedJob, Labels, facts_of, give, listed
from portevoix.delivery.manifest import Delivery
from portevoix.delivery.post_file import post_json
from portevoix.delivery.poster import make_poster, poster_second
from portevoix.delivery.posts.compose import compose_post
from portevoix.delivery.words import digest_of_words, words_of
from portevoix.files import write_text
from portevoix.plan import Product
from portevoix.render.fitted import fit_of, fitted
from portevoix.render.measure import Measured, read_measured
from portevoix.render.still import picture_limit, write_still
from portevoix.sources.probe import digest_of
from portevoix.timeline.cues import retimed
from portevoix.timing import seconds_at

SIDECARS = ("{name}.{locale}.srt", "{name}.{locale}.vtt")  # for an audience without a placement


def deliver_product(product: Product, job: FinishedJob) -> list[Delivery]:
    """The named files of one audience, or of one part of them: video, still, poster, cover, sidecars, post."""
    files = _Files(product, job)
    words = files.word_checks()
    found = [files.video(words), *files.stills(), *files.poster(), *files.cover(), *files.sidecars(words)]
    return [*found, *files.post(found)]


@dataclass(frozen=True)
class _Files:
    """A product with the names of its files."""

    product: Product
    job: FinishedJob

    @property
    def _placement(self) -> Placement | None:
        name = self.product.audience.placement
        return self.job.library.placements[name] if name else None

    @property
    def _account(self) -> Account | None:
        return self.job.library.accounts.get(self.product.audience.account or "")

    @property
    def _folder(self) -> str:
        audience = self.product.audience
        return f"{audience.prefix}/{audience.placement}/" if audience.placement else f"{audience.format}/"

    @property
    def _name(self) -> str:
        audience = self.product.audience
        return f"{self.job.order.name}_{audience.format}_{audience.language}"

    @property
    def _stem(self) -> str:
        part = self.product.part
        return f"{self._name}_{part.number}of{part.count}" if part.count > 1 else self._name

    @property
    def _labels(self) -> Labels:
        audience, part, order, plan = self.product.audience, self.product.part, self.job.order, self.job.plan
        made_from = sorted(self.job.pictures | plan.sound_of(self.product.video).made_from)
        number = part.number if part.count > 1 else None
        words = digest_of_words(words_of(order, plan, audience.language))
        known = (audience.account, audience.placement, audience.language, audience.format)
        return Labels(*known, made_from, number, words, self._institution)

    @property
    def _institution(self) -> str:
        """Whose name it bears, in its language."""
        audience, order = self.product.audience, self.job.order
        kit = self.job.library.kits[audience.kit or order.kit].values
        return kit.organisation_in(order.languages[audience.language].code)

    @property
    def _strict(self) -> bool:
        """Whether the placement's rules bind: a master in its own frame is delivered as it is, with warnings."""
        return self.job.order.recipe.frame == "formats" and not self.job.draft

    def video(self, words: list[Check]) -> Delivery:
        """The video, with what was found in it and, where they are burned in, in its captions."""
        store, (key, notes) = self.job.store, self._accepted()
        path, facts = f"{self._folder}{self._stem}.mp4", store.facts(key)
        digest, measured = facts["sha256"], read_measured(facts["measured"])
        checks = [*self._checks(measured), *notes]
        give(self.job, path, digest, lambda: store.path(key, ".mp4"), key)
        plain = [check.plain() for check in (*checks, *(words if self.product.audience.burned else ()))]
        known = {"key": key, "sha256": digest, "checks": plain, **facts_of(measured)}
        return listed(self.job, path, "video", self._labels, **known)

    def _accepted(self) -> tuple[str, list[Check]]:
        """The file that the placement takes: the video as it is, or, where it is too large for it, a version that fits,
        with a line that says so.
        """
        video, placement, store = self.product.video, self._placement, self.job.store
        measured = read_measured(store.facts(video.key)["measured"])
        fit = fit_of(measured, placement.video) if placement and placement.video and not self.job.draft else None
        smaller = fitted(video, fit, store) if fit else None
        if placement is None or fit is None or smaller is None:
            return video.key, []
        return smaller, [fitted_check(placement, measured, fit)]

    def stills(self) -> list[Delivery]:
        """The stills of all parts, with the first of them; the first still says whether one post takes them all."""
        found = list(self._stills())
        if found and self._placement:
            checks = items_checks(len(found), self._placement, self._strict)
            found[0] = replace(found[0], checks=[*found[0].checks, *(check.plain() for check in checks)])
        return found

    def _stills(self) -> Iterator[Delivery]:
        labels = replace(self._labels, part=None)
        if self.product.still:
            key, file = write_still(self.product.still, self._placement, self.job.store)
            path = f"{self._folder}{self._name}{file.suffix}"
            yield self._picture(path, "still", labels, key, file, self.product.still.size)
        for number, one in enumerate(self.product.stills, 1):
            key, file = write_still(one, self._placement, self.job.store)
            path = f"{self._folder}{self._name}_{number}{file.suffix}"
            yield self._picture(path, "still", labels, key, file, one.size)

    def poster(self) -> Iterator[Delivery]:
        """The video's poster, unless its author wants none."""
        order, store, video = self.job.order, self.job.store, self.product.video
        wanted = order.job.poster if order.job.poster is not None else "none" if order.recipe.still else "best"
        if wanted == "none" or self.job.draft:
            return
        limit = picture_limit(self._placement)
        second = poster_second(self.job.plan, video, wanted, store)
        key, file = make_poster(video.key, second, limit, store)
        facts, path = store.facts(key), f"{self._folder}{self._stem}_poster.jpg"
        yield self._picture(path, "poster", self._labels, key, file, (facts["width"], facts["height"]))

    def cover(self) -> Iterator[Delivery]:
        """The video's cover, with its first part, where its author gives the words."""
        if self.job.order.job.cover is None or self.job.draft or self.product.part.number > 1:
            return
        canvas, labels = self.product.video.canvas, replace(self._labels, part=None)
        key, file = make_cover(self.product, self.job, picture_limit(self._placement))
        yield self._picture(
            f"{self._folder}{self._name}_cover.jpg", "cover", labels, key, file, (canvas.width, canvas.height)
        )

    def sidecars(self, words: list[Check]) -> Iterator[Delivery]:
        """The captions beside the video, where they are not burned in; none for a part in which nobody speaks."""
        audience, plan, placement = self.product.audience, self.job.plan, self._placement
        if audience.burned or audience.language not in plan.cues:
            return
        cues = retimed(plan.timeline, plan.cues[audience.language], self.product.part.span)
        language = self.job.order.languages[audience.language]
        locale = language.locales.get(placement.platform, language.code) if placement else audience.language
        for pattern in (placement and placement.sidecars) or SIDECARS if cues else ():
            path = self._folder + pattern.format(name=self._stem, locale=locale)
            written = set_cues(cues, language)
            write_captions(written, self.job.out / path, language.direction, language.code)
            found = [*words, *self._sidecar_checks(self.job.out / path, written, language)]
            yield listed(self.job, path, "sidecar", self._labels, checks=[check.plain() for check in found])

    def _sidecar_checks(self, file: Path, cues: Sequence[Cue], language: Language) -> list[Check]:
        """What was written, read again: as the platform wants it, within the film, and each word of the captions."""
        if self._placement is None:
            return []
        video, captions = self.product.video, read_captions(file, language.code)
        length_s = seconds_at(video.frame_count, video.fps)
        same = [plain_words(cue.text) for cue in captions.cues] == [plain_words(cue.text) for cue in cues]
        words = judged("words of the caption file", same, "as in the film" if same else "others", "as in the film")
        return [words, *sidecar_checks(file, captions, self._placement, [language], length_s)]

    def post(self, files: list[Delivery]) -> Iterator[Delivery]:
        """What is said beside the video, where the job says anything."""
        placement, audience = self._placement, self.product.audience
        language = self.job.order.languages[audience.language]
        span = self.product.part.span
        placed = self.job.plan.cues[audience.language].cues if audience.language in self.job.plan.cues else ()
        inside = [cue for cue in placed if span.first_frame <= cue.first_frame < span.end_frame]
        if (post := compose_post(self.job.order.job, audience.language, placement, inside)) is None:
            return
        path = f"{self._folder}{self._stem}_post.json"
        (self.job.out / path).parent.mkdir(parents=True, exist_ok=True)
        write_text(self.job.out / path, post_json(post, self._labels, language, placement, files))
        checks = [check.plain() for check in post_checks(post, placement)] if placement else []
        yield listed(self.job, path, "post", self._labels, checks=checks)

    def _picture(self, path: str, kind: str, labels: Labels, key: str, file: Path, size: tuple[int, int]) -> Delivery:
        digest = digest_of(file)
        give(self.job, path, digest, lambda: file)
        facts: dict[str, Any] = {"key": key, "sha256": digest, "width": size[0], "height": size[1]}
        if self._placement:
            rules = cover_checks if kind in ("poster", "cover") else still_checks
            picture = ShownPicture("jpeg", *size, file.stat().st_size)
            facts["checks"] = [check.plain() for check in rules(picture, self._placement, self._strict)]
        return listed(self.job, path, kind, labels, **facts)

    def _checks(self, measured: Measured) -> list[Check]:
        store, plan, recipe = self.job.store, self.job.plan, self.job.order.recipe
        video = self.product.video
        # A part keeps the programme's level: that is what has a target, and every part its own limit for peaks.
        whole = store.facts(plan.sound_of(video).key)
        sound = {**store.facts(video.sound), "integrated_lufs": whole["integrated_lufs"]}
        checks = standard_checks(measured, video.frame_count, sound, recipe.sound)
        checks += agreement_checks(plan, video, measured, store)
        if not self.job.draft:
            checks += checks_of_render(plan, video, store, silent=whole["integrated_lufs"] <= SILENCE_LUFS)
        if self._placement:
            checks += placement_checks(measured, self._placement, self._strict)
            checks += zone_checks(plan, video, self._placement, self._account, self.job.draft)
            checks += age_checks(self._placement, datetime.now(UTC).date())
        return checks

    def word_checks(self) -> list[Check]:
        """What was found in the captions of the product's part."""
        plan, language, span = self.job.plan, self.product.audience.language, self.product.part.span
        if language not in plan.findings:
            return []
        fps = plan.timeline.fps
        cues = plan.cues[language].cues if language in plan.cues else ()
        inside = [cue for cue in cues if span.first_frame <= cue.first_frame < span.end_frame]
        first_s, end_s = seconds_at(span.first_frame, fps), seconds_at(span.end_frame, fps)
        last = (
            span.end_frame == plan.timeline.frame_count
        )  # what lies after the programme's end is found in its last part
        found = [f for f in plan.findings[language] if first_s <= f.start_s and (f.start_s < end_s or last)]
        return word_checks(found, len(inside))
