"""Every finished file of a job under its name, with its checks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from portevoix.delivery.checks.agreement import with_words_compared
from portevoix.delivery.checks.verdict import failed
from portevoix.delivery.job import FinishedJob
from portevoix.delivery.manifest import Delivery
from portevoix.delivery.masters import deliver_masters
from portevoix.delivery.products import deliver_product
from portevoix.plan import Plan, Product


def deliver_files(job: FinishedJob, unmade: Collection[str] = (), at_once: int = 1) -> list[Delivery]:
    """The named files of all products whose video is not `unmade`, in their order, and of the masters.

    `at_once`: formats at the same time. The masters are left out where anything was not made.
    """
    products = [one for one in job.plan.products if one.video.key not in unmade]
    found = with_words_compared(deliver_products(products, job, at_once))
    return found if unmade else [*found, *deliver_masters(job)]


def deliver_products(products: Iterable[Product], job: FinishedJob, at_once: int = 1) -> list[Delivery]:
    """The named files of some of a job's products, in their order."""
    # By format, since what is looked for in a video's pictures is looked for once in each format.
    by_format: dict[str, list[tuple[int, Product]]] = {}
    for place, product in enumerate(products):
        by_format.setdefault(product.audience.format, []).append((place, product))

    def of_format(members: list[tuple[int, Product]]) -> list[tuple[int, list[Delivery]]]:
        return [(place, deliver_product(product, job)) for place, product in members]

    with ThreadPoolExecutor(at_once) as pool:
        found = [one for made in pool.map(of_format, by_format.values()) for one in made]
    return [delivery for _, made in sorted(found, key=lambda one: one[0]) for delivery in made]


def not_made(plan: Plan, unmade: Collection[str]) -> Iterator[str]:
    """A sentence for each product and master whose video could not be made."""
    for product in plan.products:
        if product.video.key in unmade:
            which = f"part {product.part.number} of " if product.part.count > 1 else ""
            yield f"{which}{product.audience.format} in {product.audience.language} was not made"
    for master in plan.masters:
        if master.key in unmade:
            yield f"the textless master of {master.format} was not made"


def failed_checks(deliveries: Iterable[Delivery]) -> list[str]:
    """A sentence for each check that a file did not pass, with what to do where that is known."""
    return [_sentence(d.path, check) for d in deliveries for check in d.checks if failed(check)]


def blocked(deliveries: Iterable[Delivery]) -> list[str]:
    """A sentence for each check that stops approval, though the files themselves are as they should be."""
    found = [(d, check) for d in deliveries for check in d.checks if check["verdict"] == "fail" and not failed(check)]
    return [_sentence(delivery.path, check) for delivery, check in found]


def failing(deliveries: Iterable[Mapping[str, Any]]) -> list[str]:
    """A sentence for each failed check of deliveries as a manifest lists them, of files and of words alike."""
    return [_sentence(d["path"], check) for d in deliveries for check in d["checks"] if check["verdict"] == "fail"]


def _sentence(path: str, check: dict[str, Any]) -> str:
    remedy = f"; {check['remedy']}" if check.get("remedy") else ""
    return f"{path}: {check['rule']} is {check['measured']}, {check['wanted']}{remedy}"
