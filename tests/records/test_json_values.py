"""What a person or a program puts into JSON is hashed as the database gives it back, or refused with a sentence."""

from __future__ import annotations

from decimal import Decimal
from enum import IntEnum
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from cmo_portal.lib.json_values import NotJson, settled
from cmo_portal.records import sealing
from cmo_portal.records.trail import write, write_many
from vendors.regulatory.models import RegulatoryEvent


class Two(IntEnum):
    TWO = 2


KEPT = [
    (-0.0, 0.0),
    (1e16, 10**16),
    (1.5e300, 15 * 10**299),
    (1e-7, 1e-7),
    (0.1, 0.1),
    (5e-324, 5e-324),
    ({1: "a", True and 2: "b"}, {"1": "a", "2": "b"}),
    ({None: 1, False: 2}, {"null": 1, "false": 2}),
    ((1, (2, 3)), [1, [2, 3]]),
    (Two.TWO, 2),
    ({"ä": "ß", "n": 12345678901234567890}, {"ä": "ß", "n": 12345678901234567890}),
]
REFUSED = [
    float("nan"),
    float("inf"),
    {"x": [float("-inf")]},
    {1: "a", "1": "b"},
    {(1, 2): 3},
    {"x": "a\x00b"},
    "\ud800",
    Decimal("1"),
    {1, 2},
    b"x",
]


@pytest.mark.parametrize(("given", "expected"), KEPT, ids=repr)
def test_a_value_becomes_what_json_gives_back(given: Any, expected: Any) -> None:
    assert repr(settled(given)) == repr(expected)


@pytest.mark.parametrize("given", REFUSED, ids=ascii)
def test_what_json_cannot_hold_is_refused_with_a_sentence(given: Any) -> None:
    with pytest.raises(NotJson, match=r"\.$"):
        settled(given)


def test_a_nest_without_end_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(NotJson, match="nested too deeply"):
        settled(endless)


def faults_of(record: Any) -> list[str]:
    return [str(fault) for fault in sealing.verify_records(type(record)) if record.number in fault.where]


@pytest.mark.django_db
@pytest.mark.parametrize("many", [False, True], ids=["write", "write_many"])
@pytest.mark.parametrize("value", [given for given, _ in KEPT], ids=repr)
def test_a_stored_value_raises_no_false_alarm(value: Any, many: bool, cast: Any) -> None:
    event = RegulatoryEvent.objects.order_by("pk")[0]
    event.details = {"value": value}
    if many:
        write_many([event], by=cast.sam, action="event.note")
    else:
        write(event, by=cast.sam, action="event.note")
    assert faults_of(event) == []


@pytest.mark.django_db
@pytest.mark.parametrize("value", REFUSED, ids=ascii)
def test_a_record_refuses_it_at_its_field(value: Any, cast: Any) -> None:
    event = RegulatoryEvent.objects.order_by("pk")[0]
    event.details = {"value": value}
    with pytest.raises(ValidationError) as refused:
        write(event, by=cast.sam, action="event.note")
    assert list(refused.value.message_dict) == ["details"]
