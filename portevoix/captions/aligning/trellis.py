"""Where the cues of a script end on a recording: all ways compared, by lengths, pauses and dips of the voice."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, pairwise

from portevoix.captions.aligning.speech import Dip, Interval
from portevoix.captions.sentences import Ending
from portevoix.timing import millisecond_at

# Costs are half squared deviations, as in a log-likelihood. Our own figures; benchmarks/align.py measures what they
# lead to.
SPREAD_S = 0.11  # variance of a cue's length, for each second of it: two seconds of speech are ±0.47 s
PAUSE_BONUS: dict[Ending, float] = {"sentence": 6.0, "comma": 2.0, "word": 0.0}
FULL_PAUSE_S = 0.6  # a longer pause says no more
DIP_COST: dict[Ending, float] = {"sentence": 2.0, "comma": 1.0, "word": 0.0}
DEEP_DIP_DB, DIP_BONUS = 15.0, 2.0
GUESS_COST = 6.0
# How far from its proportional place a boundary is looked for: seconds, share of all speech, and never more than.
BAND_S, BAND_SHARE, WIDEST_BAND_S = 8.0, 0.1, 40.0
LONGEST_SPAN = 3.0  # times what is expected of it
DISAGREEMENT_S = Fraction(3, 10)
LEAST_EXPECTED_S = 0.05
# What costs so much more than the best up to the same cue is dropped: three pauses do not make up for it.
GIVEN_UP_COST = 20.0


@dataclass(frozen=True)
class Boundary:
    """Where one cue may end and the next begin, and what speaks for it: a pause's length or a dip's depth."""

    end_s: Fraction
    start_s: Fraction
    depth_db: float | None  # None: nothing but the proportion of the letters speaks for it

    @property
    def pause_s(self) -> Fraction:
        return self.start_s - self.end_s


class SpeechClock:
    """Seconds of speech before a moment of the recording, and back."""

    def __init__(self, spoken: list[Interval]) -> None:
        self._starts = [start for start, _ in spoken]
        self._before = [Fraction(0), *accumulate(end - start for start, end in spoken)]
        self._spoken = spoken
        self.total_s = self._before[-1]

    def spoken_before(self, moment_s: Fraction) -> Fraction:
        place = bisect_right(self._starts, moment_s) - 1
        if place < 0:
            return Fraction(0)
        start_s, end_s = self._spoken[place]
        return self._before[place] + min(moment_s, end_s) - start_s

    def moment(self, spoken_s: Fraction) -> Fraction:
        place = min(bisect_right(self._before, spoken_s) - 1, len(self._spoken) - 1)
        return self._starts[place] + spoken_s - self._before[place]


def places_of(
    weights: list[float], spoken: list[Interval], dips: list[Dip], clock: SpeechClock, duration_s: Fraction
) -> list[Boundary]:
    """All places where a cue may end, in order: the edges of the speech first and last."""
    places = [Boundary(a[1], b[0], None) for a, b in pairwise(spoken)]
    places += [Boundary(dip.at_s, dip.at_s, dip.depth_db) for dip in dips]
    total = sum(weights)
    for share in list(accumulate(weights))[:-1]:
        moment_s = clock.moment(millisecond_at(clock.total_s * Fraction(share) / Fraction(total)))
        places.append(Boundary(moment_s, moment_s, None))
    first_s, last_s = spoken[0][0], spoken[-1][1]
    inner = sorted((p for p in places if first_s < p.end_s < last_s), key=lambda p: (p.end_s, p.start_s))
    return [Boundary(first_s, first_s, None), *inner, Boundary(last_s, duration_s, None)]


class Trellis:
    """Cues against places: what it costs that a cue lies between two of them.

    The cost is how unlike its weight a cue's seconds of speech are, less what speaks for the place at its end.
    """

    def __init__(
        self, weights: list[float], endings: list[Ending], places: list[Boundary], clock: SpeechClock, least_s: float
    ) -> None:
        total_s, total = float(clock.total_s), sum(weights)
        self._expected_s = [max(weight / total * total_s, LEAST_EXPECTED_S) for weight in weights]
        self._targets_s = [share / total * total_s for share in accumulate(weights)]
        self._band_s = min(BAND_S + BAND_SHARE * total_s, WIDEST_BAND_S)
        self._spoken_s = [float(clock.spoken_before(place.end_s)) for place in places]
        self._starts_s = [float(place.start_s) for place in places]
        self._least_s = least_s
        by_ending = {ending: [_credit(place, ending) for place in places] for ending in set(endings)}
        self._credits = [*(by_ending[ending] for ending in endings[:-1]), [0.0] * len(places)]
        self._count, self._last = len(weights), len(places) - 1

    def best(self) -> tuple[list[int], list[float]] | None:
        """The places between the cues, edges included, and for each the cost of the next best place far from it.

        None where there are too few places.
        """
        ahead = self._forward()
        if ahead is None:
            return None
        behind = self._backward(ahead)
        sums = [
            {place: cost + behind[n].get(place, math.inf) for place, cost in row.items()} for n, row in enumerate(ahead)
        ]
        chosen = [0]
        for number in range(self._count):
            options = [p for p in ahead[number + 1] if self._cost(number, chosen[-1], p) is not None]
            chosen.append(min(options, key=lambda p: (self._sum(number, chosen[-1], p, behind), p)))
        least = sums[0][0]
        return chosen, [
            min((cost - least for place, cost in row.items() if self._apart(place, best)), default=math.inf)
            for row, best in zip(sums, chosen, strict=True)
        ]

    def _sum(self, number: int, before: int, place: int, behind: list[dict[int, float]]) -> float:
        return (self._cost(number, before, place) or 0.0) + behind[number + 1].get(place, math.inf)

    def _apart(self, place: int, other: int) -> bool:
        return abs(self._starts_s[place] - self._starts_s[other]) > DISAGREEMENT_S

    def _forward(self) -> list[dict[int, float]] | None:
        """For each number of cues and each place: the least cost up to there. Far too dear ways are given up."""
        rows: list[dict[int, float]] = [{0: 0.0}]
        for number in range(self._count):
            row: dict[int, float] = {}
            for before, spent in rows[-1].items():
                for place in self._reachable(number, before):
                    cost = self._cost(number, before, place)
                    if cost is not None and spent + cost < row.get(place, math.inf):
                        row[place] = spent + cost
            if not row:
                return None
            limit = min(row.values()) + GIVEN_UP_COST
            rows.append({place: cost for place, cost in row.items() if cost <= limit})
        return rows

    def _backward(self, ahead: list[dict[int, float]]) -> list[dict[int, float]]:
        """The least cost from each place of `ahead` to the end."""
        rows: list[dict[int, float]] = [{} for _ in ahead]
        rows[-1] = {self._last: 0.0}
        for number in reversed(range(self._count)):
            for before in ahead[number]:
                for place in self._reachable(number, before):
                    rest = rows[number + 1].get(place)
                    cost = None if rest is None else self._cost(number, before, place)
                    if rest is not None and cost is not None and rest + cost < rows[number].get(before, math.inf):
                        rows[number][before] = rest + cost
        return rows

    def _reachable(self, number: int, before: int) -> Sequence[int]:
        if number + 1 == self._count:
            return (self._last,)
        target_s, from_s = self._targets_s[number], self._spoken_s[before]
        furthest_s = min(from_s + LONGEST_SPAN * self._expected_s[number] + 1, target_s + self._band_s)
        first = max(before + 1, bisect_left(self._spoken_s, target_s - self._band_s))
        return range(first, min(bisect_right(self._spoken_s, furthest_s), self._last))

    def _cost(self, number: int, before: int, place: int) -> float | None:
        length_s = self._spoken_s[place] - self._spoken_s[before]
        if length_s <= 0 or self._starts_s[place] - self._starts_s[before] < self._least_s:
            return None
        expected_s = self._expected_s[number]
        return (length_s - expected_s) ** 2 / (2 * SPREAD_S * expected_s) - self._credits[number][place]


def _credit(place: Boundary, ending: Ending) -> float:
    if place.pause_s:
        return PAUSE_BONUS[ending] * min(float(place.pause_s) / FULL_PAUSE_S, 1.0)
    if place.depth_db is None:
        return -GUESS_COST
    return DIP_BONUS * min(place.depth_db / DEEP_DIP_DB, 1.0) - DIP_COST[ending]
