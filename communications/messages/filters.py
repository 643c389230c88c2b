"""What the list of threads and its API can be cut down by."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils import timezone

from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import SPONSOR
from communications.messages.models import SIDES, AgreedAction, Thread
from communications.messages.querysets import ActionQuerySet, ThreadQuerySet
from communications.messages.vocabulary import ThreadStatus
from vendors.registry.filters import SEARCH, PageFilters, offered, put_in_order, sponsors_of
from vendors.registry.models import Vendor

STATES = [("unresolved", "Not resolved"), ("ours", "Waits for you"), *ThreadStatus.choices]
UNREAD = [("yes", "With something unread")]
READERS = [("shared", "Both companies read it"), ("own", "Only we read it")]
NOTES = "notes"
STANDS = [("open", "To be done"), ("late", "Late"), ("done", "Done"), ("dropped", "Dropped")]
WHOSE = [("me", "Me"), ("us", "Your side"), ("them", "The other side")]
SAID = [("me", "Names me"), ("decision", "A decision")]
PLACES = [("messages", "In messages"), (NOTES, "In our internal notes")]


class ThreadFilter(django_filters.FilterSet):
    """What API and list ask. q: words of the subject, or a number; about: the number of the record."""

    q = django_filters.CharFilter(method="by_words", label="Search", widget=SEARCH)
    status = django_filters.ChoiceFilter(method="by_status", choices=STATES, label="Status")
    cmo = django_filters.CharFilter(field_name="vendor__number", label="CMO")
    unread = django_filters.ChoiceFilter(method="by_unread", choices=UNREAD, label="Unread")
    readers = django_filters.ChoiceFilter(method="by_readers", choices=READERS, label="Who reads it")
    said = django_filters.ChoiceFilter(method="by_said", choices=SAID, label="What was said")
    about = django_filters.CharFilter(field_name="about_number", lookup_expr="iexact", label="About")

    class Meta:
        model = Thread
        fields: tuple[str, ...] = ()

    @property
    def person(self) -> User:
        user: Any = self.request.user  # type: ignore[union-attr]
        return user  # type: ignore[no-any-return]

    def by_words(self, rows: ThreadQuerySet, name: str, value: str) -> ThreadQuerySet:
        return rows.named_like(value, self.person)

    def by_status(self, rows: ThreadQuerySet, name: str, value: str) -> ThreadQuerySet:
        if value == "unresolved":
            return rows.unresolved()
        if value == "ours":
            ours = ThreadStatus.AWAITING_SPONSOR if self.person.company_kind == SPONSOR else ThreadStatus.AWAITING_CMO
            return rows.filter(status=ours)
        return rows.filter(status=value)

    def by_unread(self, rows: ThreadQuerySet, name: str, value: str) -> ThreadQuerySet:
        return rows.unread_by(self.person)

    def by_said(self, rows: ThreadQuerySet, name: str, value: str) -> ThreadQuerySet:
        return rows.with_mention_of(self.person) if value == "me" else rows.with_decision()

    def by_readers(self, rows: ThreadQuerySet, name: str, value: str) -> ThreadQuerySet:
        return rows.filter(is_shared=value == "shared")


class ActionFilter(django_filters.FilterSet):
    """What was agreed. state: how it stands; side: who does it; thread: its number."""

    state = django_filters.ChoiceFilter(method="by_state", choices=STANDS, label="Stands")
    side = django_filters.ChoiceFilter(choices=SIDES, label="Who does it")
    cmo = django_filters.CharFilter(field_name="thread__vendor__number", label="CMO")
    thread = django_filters.CharFilter(field_name="thread__number", label="Thread")

    class Meta:
        model = AgreedAction
        fields: tuple[str, ...] = ()

    @property
    def person(self) -> User:
        user: Any = self.request.user  # type: ignore[union-attr]
        return user  # type: ignore[no-any-return]

    def by_state(self, rows: ActionQuerySet, name: str, value: str) -> ActionQuerySet:
        if value == "late":
            return rows.late(timezone.localdate())
        return {"open": rows.unfinished, "done": rows.done, "dropped": rows.dropped}[value]()


class ActionListFilter(PageFilters, ActionFilter):
    """The same on the page: whose it is in the reader's own words, and the companies by name."""

    side = django_filters.ChoiceFilter(method="by_whose", choices=WHOSE, label="Who does it")
    sponsor = django_filters.ChoiceFilter(field_name="thread__sponsor__number", label="Sponsor")
    cmo = django_filters.ChoiceFilter(field_name="thread__vendor__number", label="CMO")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.person.company_kind == SPONSOR:
            cmos = Vendor.objects.visible_to(self.person).order_by("sort_name")
            self.filters["cmo"].extra["choices"] = offered((self.data or {}).get("cmo", ""), cmos)
            put_in_order(self, "state", "side", "cmo")
        else:
            self.filters["sponsor"].extra["choices"] = sponsors_of(self.person)
            put_in_order(self, "state", "side", "sponsor")

    def by_whose(self, rows: ActionQuerySet, name: str, value: str) -> ActionQuerySet:
        if value == "me":
            return rows.held_by(self.person)
        ours = rows.filter(side=self.person.company_kind)
        return ours if value == "us" else rows.exclude(side=self.person.company_kind)


class ThreadListFilter(PageFilters, ThreadFilter):
    """The same on the page, with the companies that lead somewhere; a CMO reads only what both read.

    Here words look into what was said (`search.py`), in the threads that the other answers leave; `place` says where.
    """

    place = django_filters.ChoiceFilter(method="by_place", choices=PLACES, label="Where to search")
    cmo = django_filters.ChoiceFilter(field_name="vendor__number", label="CMO")
    sponsor = django_filters.ChoiceFilter(field_name="sponsor__number", label="Sponsor")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.person.company_kind == SPONSOR:
            cmos = Vendor.objects.visible_to(self.person).order_by("sort_name")
            self.filters["cmo"].extra["choices"] = offered((self.data or {}).get("cmo", ""), cmos)
            names: tuple[str, ...] = ("status", "cmo", "unread", "said", "readers", "about")
        else:
            self.filters["sponsor"].extra["choices"] = sponsors_of(self.person)
            names = ("status", "sponsor", "unread", "said", "about")
        places = ("place",) if self.person.may(P.MESSAGE_NOTE) else ()
        put_in_order(self, "q", *places, *names)
        if places:
            self.filters["place"].extra["empty_label"] = None

    def by_words(self, rows: ThreadQuerySet, name: str, value: str) -> ThreadQuerySet:
        return rows

    def by_place(self, rows: ThreadQuerySet, name: str, value: str) -> ThreadQuerySet:
        return rows
