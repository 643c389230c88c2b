"""Every method of the API is asked as everybody: what is somebody else's answers like what is not there at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest
from django.db.models import Q, UniqueConstraint
from django.test import Client
from django.urls import URLPattern, reverse
from rest_framework.relations import SlugRelatedField
from rest_framework.test import APIRequestFactory

from cmo_portal.accounts.models import Company, Partnership
from cmo_portal.records.record import Record, opened_door
from tests.house.matrix import EVERYBODY
from tests.house.test_matrix import OURS, ROWS, is_api
from vendors.registry.models import Site

CAST = tuple(name for name in EVERYBODY if name)
PEOPLE: dict[str, Any] = {}  # seeded before all tests, so fetched once
ABSENT = "ZZZZZZZZZZZZZZZZ"
METHODS = ("get", "post", "put", "patch", "delete")
ROUTES = [(name, entry) for name, entry in OURS if is_api(entry)]


def offered(entry: URLPattern) -> dict[str, str]:
    """method -> action; HEAD is GET's."""
    return {m: a for m, a in getattr(entry.callback, "actions", {}).items() if m != "head"}


def is_about_one(entry: URLPattern) -> bool:
    return "number" in entry.pattern.regex.groupindex


def nowhere(entry: URLPattern) -> list[str]:
    """What the address names, be it a record's number or another key, as something that is not there."""
    return [ABSENT] * entry.pattern.regex.groups


def view_of(entry: URLPattern) -> Any:
    return entry.callback.cls  # type: ignore[attr-defined]


def model_of(entry: URLPattern) -> Any:
    view = view_of(entry)
    model = getattr(view, "model", None)
    if model is None and getattr(view, "queryset", None) is not None:
        model = view.queryset.model
    return model


OFFERED = [(name, entry, method) for name, entry in ROUTES for method in offered(entry)]
# On PostgreSQL row-level security hides the row as well; that this says no more than the code does, reading shows.
ABOUT_ONE = [
    pytest.param(*each, marks=() if each[2] == "get" else pytest.mark.embedded)
    for each in OFFERED
    if is_about_one(each[1])
]
TAKING_NUMBERS = [each for each in OFFERED if each[2] in {"post", "patch"} and not is_about_one(each[1])]


def named(value: Any) -> str:
    return value if isinstance(value, str) else ""


def test_every_method_of_the_api_has_a_row_in_the_matrix() -> None:
    rows = {(row.url_name, row.method) for row in ROWS}
    asked = {(name, method) for name, _, method in OFFERED}
    assert asked - rows == set(), "these methods stand in no matrix"


def hidden_from(model: type[Record], person: Any) -> Any:
    """Rows that are another company's and not shared, found by their columns and not by the code under test."""
    mine = person.company_id
    rows = model._base_manager.filter(wall_owner__isnull=False)
    rows = rows.exclude(wall_owner=mine).exclude(wall_partner=mine, wall_shared=True)
    if model is Company:
        links = Partnership.objects.filter(Q(sponsor=mine) | Q(partner=mine)).values_list("sponsor", "partner")
        rows = rows.exclude(pk__in={key for link in links for key in link})
    return rows


def behind_another_wall(model: Any, make: Any, owner: Company) -> str:
    """The number of a row of the matrix once more, as the row of another company."""
    standing = model._base_manager.exclude(number__startswith="XXXXXXXX")
    return copied(standing.get(number=make()[0]) if make else standing.order_by("pk")[0], owner).number


def copied(record: Record, owner: Company) -> Record:
    """The row once more as the owner's, with a copy of each row that only one may point to; made once."""
    number = f"XXXXXXXX-{owner.number}"[:24]
    made = type(record)._base_manager.filter(number=number).first()
    if made is not None:
        return made
    record.pk, record._state.adding, record.number = None, True, number
    record.wall_owner, record.wall_partner, record.wall_shared = owner.pk, None, False
    set_apart(record, owner)
    with opened_door():
        record.save(force_insert=True)
    return record


def unique_keys(model: type[Record]) -> list[tuple[str, ...]]:
    """The fields of each unique key; a key that holds only for some rows counts too."""
    own = [(f.name,) for f in model._meta.concrete_fields if f.unique and not f.primary_key and f.name != "number"]
    return own + [tuple(each.fields) for each in model._meta.constraints if isinstance(each, UniqueConstraint)]


def set_apart(record: Record, owner: Company) -> None:
    """Moves the values of unique keys, so that the copies can stand beside their original: far days, years, words."""
    keys = unique_keys(type(record))
    far = 40 + type(record)._base_manager.filter(number__startswith="XXXXXXXX").count()  # apart from other copies too
    for name in {name for key in keys for name in key}:
        field: Any = record._meta.get_field(name)
        value = getattr(record, name)
        if isinstance(value, Record) and (name,) in keys:
            setattr(record, name, copied(value, owner))
        elif isinstance(value, date):
            setattr(record, name, value + timedelta(days=365 * far))
        elif isinstance(value, int) and not isinstance(value, bool) and not field.is_relation:
            setattr(record, name, value + far)
        elif isinstance(value, str) and not field.choices:
            setattr(record, name, f"X{far}{value}"[: field.max_length])


class Asking:
    """The whole cast with a client each, signed in by a session alone, so that asking thousands of times is quick."""

    def __init__(self, cast: Any, signed_in: Any) -> None:
        if not PEOPLE:
            PEOPLE.update({name: getattr(cast, name) for name in CAST})
        self.people = PEOPLE
        self.signed_in, self.clients = signed_in, dict[str, Client]()

    def __call__(self, name: str, method: str, url: str, body: Any = None) -> tuple[int, str]:
        client = self.clients.get(name) or self.clients.setdefault(name, self.signed_in(name))
        extra = {} if method == "get" else {"data": json.dumps(body or {}), "content_type": "application/json"}
        answer = getattr(client, method)(url, **extra)
        return answer.status_code, answer.content.decode()


def foreign_number(model: Any, person: Any, make: Any) -> str:
    """The number of something that exists and is not for this person to know of."""
    found = hidden_from(model, person).order_by("pk").values_list("number", flat=True).first()
    if found is None:
        other = "Baltic Fill-Finish" if person.company_kind == "sponsor" else "Otter Therapeutics"
        found = behind_another_wall(model, make, Company.objects.get(name=other))
    return str(found)


@pytest.fixture
def ask(cast: Any, signed_in: Any) -> Asking:
    return Asking(cast, signed_in)


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "entry", "method"), ABOUT_ONE, ids=named)
def test_what_is_somebody_elses_answers_like_what_is_not_there(
    name: str, entry: URLPattern, method: str, ask: Asking
) -> None:
    row = next(row for row in ROWS if (row.url_name, row.method) == (name, method))
    needed, make = view_of(entry).needs[offered(entry)[method]], cache(row.args)
    absent: dict[Any, Any] = {}  # the same for everybody of one kind with the same right
    for who, person in ask.people.items():
        number = foreign_number(model_of(entry), person, make)
        answer = ask(who, method, reverse(name, args=[number]), row.body)
        may = person.may(needed)
        assert answer[0] == 404 or (answer[0] == 403 and not may), f"{who} asked for {number}"
        if (person.company_kind, may) not in absent:
            absent[person.company_kind, may] = ask(who, method, reverse(name, args=[ABSENT]), row.body)
        assert answer == absent[person.company_kind, may], f"{who} learns that {number} is there"
    assert ask("", method, reverse(name, args=[number]), row.body)[0] == 401


def pointing_fields(entry: URLPattern, method: str, person: Any) -> Iterator[tuple[str, Any]]:
    """Fields of the request that name another record, with the model they point to."""
    view = view_of(entry)()
    view.action, view.format_kwarg, view.kwargs = offered(entry)[method], None, {}
    view.request = getattr(APIRequestFactory(), method)("/")
    view.request.user = person
    for field_name, field in view.get_serializer().fields.items():
        if isinstance(field, SlugRelatedField) and field.slug_field == "number" and not field.read_only:
            yield field_name, field.get_queryset().model


@pytest.mark.embedded  # what refuses it stands before the database
@pytest.mark.django_db
@pytest.mark.parametrize(("name", "entry", "method"), TAKING_NUMBERS, ids=named)
def test_pointing_to_what_is_somebody_elses_answers_like_pointing_nowhere(
    name: str, entry: URLPattern, method: str, ask: Asking
) -> None:
    url, needed = reverse(name, args=nowhere(entry)), view_of(entry).needs[offered(entry)[method]]
    able = [(who, person) for who, person in ask.people.items() if person.may(needed)]
    for who, person in able:  # the others are refused before anything is read, as the matrix proves
        for field, model in pointing_fields(entry, method, person):
            number = foreign_number(model, person, None)
            code, text = ask(who, method, url, {field: number})
            assert code == 400, f"{who} may point {field} to {number}"
            assert (code, text.replace(number, ABSENT)) == ask(who, method, url, {field: ABSENT})


@pytest.mark.embedded  # what refuses it stands before the database
@pytest.mark.django_db
@pytest.mark.parametrize(("name", "entry"), ROUTES, ids=named)
def test_a_method_that_an_address_does_not_offer_does_nothing(name: str, entry: URLPattern, ask: Asking) -> None:
    url = reverse(name, args=nowhere(entry))
    for method in set(METHODS) - set(offered(entry)):
        got = {who: ask(who, method, url)[0] for who in ("sam", "ada", "pat", "")}
        assert got.pop("") == 401
        assert set(got.values()) <= {403, 404, 405}, method


@pytest.mark.embedded  # on PostgreSQL row-level security still hides the row
@pytest.mark.django_db
def test_a_wall_that_is_taken_down_is_found(ask: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(Site.scope), "for_actor", lambda scope, actor: Q())
    entry = next(entry for name, entry in ROUTES if name == "api-sites-detail")
    with pytest.raises(AssertionError, match="asked for"):
        test_what_is_somebody_elses_answers_like_what_is_not_there("api-sites-detail", entry, "get", ask)
