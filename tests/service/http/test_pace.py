"""How often one may ask: counted by who asks and from where, said with the figure, and open again in time."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from http_service import HttpService

from service.http.pace import MOST_KEPT, Pace


class Clock:
    """A clock that stands until it is moved."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_a_minutes_worth_may_be_asked_at_once_and_the_rest_in_its_time() -> None:
    clock = Clock()
    pace = Pace(60, clock)
    assert [pace.wait_s("a") for _ in range(60)] == [0.0] * 60
    assert pace.wait_s("a") == pytest.approx(1.0)
    assert pace.wait_s("b") == 0.0
    clock.now_s = 1.0
    assert pace.wait_s("a") == 0.0 and pace.wait_s("a") > 0
    clock.now_s = 61.0
    assert [pace.wait_s("a") for _ in range(60)] == [0.0] * 60


def test_no_flood_of_addresses_fills_the_memory() -> None:
    clock = Clock()
    pace = Pace(6_000, clock)
    for number in range(3 * MOST_KEPT):
        clock.now_s += 0.01
        pace.wait_s(str(number))
    assert len(pace._filled_s) <= MOST_KEPT


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpService]:
    service = HttpService(tmp_path_factory.mktemp("paced"), requests=5, requests_each=20)
    with service.open():
        yield service


def test_who_asks_too_often_hears_the_figure_and_when_to_ask_again(service: HttpService) -> None:
    hasty, other = ({"Authorization": f"Bearer {service.token()}"} for _ in range(2))
    with httpx.Client(base_url=service.url, timeout=60) as client:
        assert [client.get("/me", headers=hasty).status_code for _ in range(6)] == [200] * 5 + [429]
        refused = client.get("/me", headers=hasty)
        assert "asked 5 times within a minute, the most that is answered; wait 12 s" in refused.json()["detail"]
        assert refused.headers["retry-after"] == "12" and refused.headers["cache-control"] == "private, no-store"
        assert client.get("/me", headers=other).status_code == 200
        asked = [client.get("/healthz") for _ in range(20)]
        assert [answer.status_code for answer in asked] == [200] * 12 + [429] * 8
        assert asked[-1].json()["detail"].startswith("this address asked 20 times within a minute")
        assert client.get("/me", headers=other).status_code == 429
