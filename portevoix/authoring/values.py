"""The kinds of values that jobs, recipes and accounts share: times, rates, formats."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, WithJsonSchema

from portevoix.timing import parse_rate, parse_time

Seconds = Annotated[
    Fraction,
    BeforeValidator(parse_time),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "number"}], "description": "90.5, 1:30.5 or 0:01:30.5"}),
]
Rate = Annotated[
    Fraction,
    BeforeValidator(parse_rate),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "number"}], "description": "25 or 24000/1001"}),
]
ByLanguage = dict[str, str]
FormatName = Literal["wide", "square", "portrait", "story"]
FORMATS: tuple[FormatName, ...] = get_args(FormatName)
Fit = Literal["crop", "blur", "pad", "follow"]
