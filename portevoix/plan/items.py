"""A plan's work as the ledger takes it: what is made first, and what each piece waits for.

A variant is all that one audience receives. It is shown as soon as it is finished, so the work goes variant by variant,
in the order in which the job asks for them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from portevoix.order import Audience
from portevoix.plan.model import Plan
from portevoix.plan.wire import WorkItem, step_to_json
from portevoix.plan.work import (
    DELIVERY,
    JOIN,
    MEZZANINE,
    SOUND,
    SOUND_CUT,
    STAGES,
    VARIANT,
    Work,
    made_by,
    missing_work,
    needed_by,
)
from portevoix.store import Store

SHARED = (MEZZANINE, SOUND, SOUND_CUT)  # begun before all pictures: few, and what every variant waits for
UNCHANGED = "what is finished already"


def work_items(plan: Plan, store: Store) -> list[WorkItem]:
    """What is still to be made of a plan, what is asked for first coming first; variants and delivery always."""
    missing = missing_work(plan, store)
    listing = _Listing(missing, {key: number for number, work in enumerate(missing) for key in made_by(work.step)})
    listing.add(number for number, work in enumerate(missing) if work.kind in SHARED)
    joins = {made_by(work.step)[0]: number for number, work in enumerate(missing) if work.kind == JOIN}
    finished: list[int] = []
    for audience, products in _variants(plan):
        own = [joins[key] for key in dict.fromkeys(plan.products[n].video.key for n in products) if key in joins]
        if own:
            listing.add(own)
            listing.add_variant(_name(audience), _payload(plan, products), own)
        else:
            finished += products
    listing.add(range(len(missing)))
    if finished:
        listing.add_variant(UNCHANGED, _payload(plan, finished), ())
    return listing.with_delivery()


def products_of(payload: str) -> list[int]:
    """The places in a plan's products of those that a variant's work delivers."""
    found: list[int] = json.loads(payload)["products"]
    return found


def languages_of(payload: str) -> list[str]:
    """The languages of what a variant's work delivers."""
    found: list[str] = json.loads(payload)["languages"]
    return found


def _payload(plan: Plan, products: Sequence[int]) -> str:
    languages = list(dict.fromkeys(plan.products[number].audience.language for number in products))
    return json.dumps({"products": list(products), "languages": languages})


def _variants(plan: Plan) -> list[tuple[Audience, list[int]]]:
    """Each audience with the places of its products, format by format: the languages of one are finished together."""
    found: dict[str, dict[Audience, list[int]]] = {}
    for number, product in enumerate(plan.products):
        found.setdefault(product.audience.format, {}).setdefault(product.audience, []).append(number)
    return [variant for of_format in found.values() for variant in of_format.items()]


def _name(audience: Audience) -> str:
    where = f"{audience.placement} of {audience.account}" if audience.account else audience.format
    return f"{where} in {audience.language}"


@dataclass
class _Listing:
    """The list that is being made. `places`: of the missing work that stands in it already."""

    missing: Sequence[Work]
    makers: Mapping[str, int]  # the missing work that makes an artifact
    items: list[WorkItem] = field(default_factory=list)
    places: dict[int, int] = field(default_factory=dict)

    def add(self, numbers: Iterable[int]) -> None:
        """Add pieces of the missing work, each behind what it needs, where they do not stand here yet."""
        for number in numbers:
            if number in self.places:
                continue
            work = self.missing[number]
            needed = sorted({self.makers[key] for key in needed_by(work.step) if key in self.makers})
            self.add(needed)
            needs = tuple(self.places[one] for one in needed)
            self.places[number] = len(self.items)
            item = WorkItem(work.kind, work.stage, work.name, work.frames, step_to_json(work.step), needs)
            self.items.append(item)

    def add_variant(self, name: str, payload: str, joins: Iterable[int]) -> None:
        """Add the delivery of some products, which waits for these pieces of the missing work."""
        needs = tuple(self.places[join] for join in joins)
        self.items.append(WorkItem(VARIANT, STAGES[VARIANT], name, 0, payload, needs))

    def with_delivery(self) -> list[WorkItem]:
        """The list, with the delivery at its end, which waits for all."""
        needed = {place for item in self.items for place in item.needs}
        last = tuple(place for place in range(len(self.items)) if place not in needed)
        # The whole plan stands at the job once: a delivery needs no copy of it.
        return [*self.items, WorkItem(DELIVERY, STAGES[DELIVERY], DELIVERY, 0, "", last)]
