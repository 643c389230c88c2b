"""Who is told: who has the ball; when it is late, also who answers for it. Whoever is away has a deputy for their mail.

Who has the ball: the holder; where nobody holds it, those of that side who may do what is due; where that side has
nobody in the portal, those who look after the CMOs. Only active people of a company that reads the item, and of these
only who may read it: a mail opens no wall. What is late climbs (`deadline_policies.ESCALATION`): to whoever answers for
the matter, then to the side's managers, then to the facilitators of both sides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F

from cmo_portal.accounts.models import Company, Membership, Notices, User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.lib.public_holidays import public_holidays
from cmo_portal.records.actors import PARTNER, SPONSOR
from cmo_portal.records.deadlines import DueItem, kinds
from cmo_portal.records.offsets import UTC_PLACE, Place
from communications.notices.models import Level
from communications.notices.moments import Hours
from communications.notices.preferences import Absence, Mute, NoticeSettings, Snooze
from vendors.registry.deadline_policies import Rung
from vendors.registry.models import Vendor

FACILITATORS = {SPONSOR: P.QUALIFICATION_APPROVE, PARTNER: P.CAPA_ANSWER}
DAY = timedelta(days=1)
DEPUTIES = 3  # of deputies who are away themselves, so many are asked


@dataclass(frozen=True)
class Telling:
    """One person to be told, why, and in whose place."""

    person: User
    level: Level
    on_behalf_of: User | None = None


def readers_of(item: DueItem) -> set[int]:
    """The companies that read the item."""
    companies = {item.wall_owner, item.wall_partner if item.wall_shared else None}
    return {company for company in companies if company is not None}


def may_read(person: User, item: DueItem) -> bool:
    """Whether a mail about `item` may go to `person`; as `DueItemQuerySet.open_to`, for one person and item."""
    if not person.is_active or person.company_id not in readers_of(item):
        return False
    hidden = kinds[item.kind].permission
    return not hidden or person.company_kind == PARTNER or person.ref == item.holder_ref or person.may(hidden)


class People:
    """The companies and active people that some items concern, found in as many queries for one item as for all."""

    def __init__(self, items: Sequence[DueItem], now: datetime) -> None:
        self.now = now
        self.told: dict[tuple[Any, ...], list[Telling]] = {}
        self.places: dict[tuple[int | None, str], Place] = {}
        companies = {key for item in items for key in (item.wall_owner, item.wall_partner) if key is not None}
        self.companies = {company.pk: company for company in Company.objects.filter(pk__in=companies)}
        self.of: dict[int, list[User]] = defaultdict(list)
        self.by_ref: dict[str, User] = {}
        self.by_key: dict[int, User] = {}
        rows = Membership.objects.filter(company__in=companies, user__is_active=True).select_related("user")
        for membership in rows.order_by("pk"):
            membership.company = self.companies[membership.company_id]
            membership.user.belongs = membership  # type: ignore[misc]
            self.of[membership.company_id].append(membership.user)
            self.by_ref[membership.user.ref] = self.by_key[membership.user.pk] = membership.user
        self.read_wishes()
        managers = Vendor.objects.filter(number__in={item.vendor_ref for item in items if item.vendor_ref})
        self.manager_of = dict(managers.values_list("number", "manager__number"))
        self.read_snoozes(items)

    def read_wishes(self) -> None:
        users = list(self.by_key)
        own = {row.user_id: row for row in NoticeSettings.objects.filter(user__in=users)}
        self.hours = {person.pk: hours_of(person, own.get(person.pk)) for person in self.by_ref.values()}
        self.muted = set(Mute.objects.filter(user__in=users, is_retired=False).values_list("user", "kind"))

    @cached_property
    def absences(self) -> dict[int, list[Absence]]:
        """What people have entered that is not over; of two for a day, the one with a deputy comes first."""
        found: dict[int, list[Absence]] = defaultdict(list)
        rows = Absence.objects.filter(user__in=self.by_key, is_cancelled=False, until_date__gte=self.now.date() - DAY)
        for absence in rows.select_related("deputy").order_by(F("deputy").asc(nulls_first=True), "pk"):
            found[absence.user_id].insert(0, absence)
        return found

    def read_snoozes(self, items: Sequence[DueItem]) -> None:
        numbers = [item.record_number for item in items]
        rows = Snooze.objects.filter(is_cancelled=False, record_number__in=numbers).order_by("until_date")
        rests = rows.values_list("user", "kind", "record_number", "due_key", "until_date")
        self.snoozed = {(user, (kind, number, key)): until for user, kind, number, key, until in rests}

    def place_of(self, item: DueItem) -> Place:
        """Where the item's days are counted: at its holder's place, with the holidays of the side that has the ball."""
        company = self.companies.get(item.wall_partner if item.side == PARTNER else item.wall_owner)
        company = company or self.companies.get(item.wall_owner)
        about = (company and company.pk, item.holder_ref)
        if (place := self.places.get(about)) is None:
            place = self.places[about] = self.work_out_place(company, item)
        return place

    def work_out_place(self, company: Company | None, item: DueItem) -> Place:
        if company is None:
            return UTC_PLACE
        holder = self.by_ref.get(item.holder_ref)
        zone = ZoneInfo(holder.time_zone if holder else company.time_zone)
        return Place(zone, public_holidays(company.country, company.subdivision))

    def to_tell(self, item: DueItem, rungs: Collection[str] = ()) -> list[Telling]:
        """Each person once, for the first reason there is; empty when nobody who may read it could be told.

        Worked out once for all items that differ in nothing by which people are chosen.
        """
        readers = (item.wall_owner, item.wall_partner, item.wall_shared)
        chosen_by = (item.kind, item.side, item.holder_ref, item.owner_ref, item.vendor_ref, *readers, *sorted(rungs))
        if (told := self.told.get(chosen_by)) is None:
            told = self.told[chosen_by] = self.choose(item, rungs)
        return told

    def choose(self, item: DueItem, rungs: Collection[str]) -> list[Telling]:
        readers = self.readers(item)
        reasons = [(Level.HOLDER, self.with_the_ball(item, readers))]
        if Rung.OWNER in rungs:
            reasons.append((Level.OWNER, self.owners(item, readers)))
        if Rung.MANAGER in rungs:
            reasons.append((Level.MANAGER, self.managers(item, readers)))
        if Rung.FACILITATORS in rungs:
            reasons.append((Level.FACILITATORS, self.facilitators(item, readers)))
        told: dict[int, Telling] = {}
        for level, people in reasons:
            for person in people:
                told.setdefault(person.pk, Telling(person, level))
        return list(told.values())

    def readers(self, item: DueItem) -> list[User]:
        return [p for company in sorted(readers_of(item)) for p in self.of[company] if may_read(p, item)]

    def has_the_ball(self, person: User, item: DueItem) -> bool:
        return person.pk in {other.pk for other in self.with_the_ball(item, self.readers(item))}

    def with_the_ball(self, item: DueItem, readers: list[User]) -> list[User]:
        side = [person for person in readers if person.company_kind == item.side]
        acts = kinds[item.kind].acts_of(item.side)
        holder = [person for person in readers if person.ref == item.holder_ref]
        doers = [person for person in side if acts and person.may(acts)]
        return holder or doers or [person for person in readers if person.may(P.CMO_EDIT)]

    def owners(self, item: DueItem, readers: list[User]) -> list[User]:
        named = {item.owner_ref or self.manager_of.get(item.vendor_ref)}
        return [person for person in readers if person.ref in named] or self.managers(item, readers)

    def managers(self, item: DueItem, readers: list[User]) -> list[User]:
        """Of the sponsor, who looks after this CMO; of a CMO, everybody there who may do what is due."""
        if item.side == PARTNER:
            return [p for p in readers if p.company_kind == PARTNER and p.may(kinds[item.kind].acts_of(PARTNER))]
        named = [person for person in readers if person.ref == self.manager_of.get(item.vendor_ref)]
        return named or [person for person in readers if person.may(P.CMO_EDIT)]

    def facilitators(self, item: DueItem, readers: list[User]) -> list[User]:
        """Of both sides: who looks after the CMO and the heads of quality; the CMO's quality unit."""
        looks_after = {self.manager_of.get(item.vendor_ref)}
        return [
            person
            for person in readers
            if person.ref in looks_after or (person.company_kind and person.may(FACILITATORS[person.company_kind]))
        ]

    def deputy_of(self, person: User, item: DueItem, at: datetime) -> User:
        """Who gets the mail of `person` that goes at `at`: the deputy of whoever is away that day, who may be away
        too; `person` where nobody stands in who may read it."""
        seen, found = {person.pk}, person
        for _ in range(DEPUTIES):
            day = self.hours[found.pk].day(at)
            absence = next((each for each in self.absences[found.pk] if each.covers(day)), None)
            deputy = self.by_key.get(absence.deputy_id) if absence and absence.deputy_id else None
            if deputy is None or deputy.pk in seen or not may_read(deputy, item):
                break
            found = deputy
            seen.add(found.pk)
        return found

    def wants_mail(self, person: User, item: DueItem) -> bool:
        return wants_mail(person, item.kind, muted=(person.pk, item.kind) in self.muted)

    def mail_waits_until(self, person: User, item: DueItem) -> datetime:
        """What is critical breaks quiet hours; what the person put off themselves waits for their day."""
        hours = self.hours[person.pk]
        waits = person.notices != Notices.IMMEDIATE
        ready = self.now if item.is_urgent else hours.ready(self.now, waits=waits)
        until = self.snoozed.get((person.pk, (item.kind, item.record_number, item.due.key)))
        return ready if until is None else max(ready, hours.digest_of(until))


def wants_mail(person: User, kind: str, *, muted: bool) -> bool:
    """Nobody is spared what is obligatory."""
    return kinds[kind].obligatory or (person.notices != Notices.NONE and not muted)


def hours_of(person: User, own: NoticeSettings | None) -> Hours:
    zone = ZoneInfo(person.time_zone)
    if own is None:
        return Hours(zone)
    return Hours(zone, own.digest_time, own.quiet_from, own.quiet_until, own.rests_at_weekends)
