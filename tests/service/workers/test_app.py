"""The limits of Celery's tasks, beside those of the engine."""

from __future__ import annotations

from portevoix.render.deadline import LEAST_S, deadline_s, decoding_deadline_s
from workers.app import FIXED


def test_no_deadline_of_an_ffmpeg_is_beyond_the_end_of_its_task() -> None:
    a_day_s, limit_s = 86_400, float(str(FIXED["task_time_limit"]))
    for film_s in (1, 75, 600, 7_200, a_day_s):
        for deadline in (deadline_s(film_s * 50), decoding_deadline_s(film_s)):
            assert LEAST_S <= deadline < limit_s
    assert decoding_deadline_s(600) < deadline_s(600 * 25), "to decode a film takes less than to encode it"
