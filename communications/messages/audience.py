"""Who reads a thread: how many people of which companies, and whom a message can name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from cmo_portal.accounts.models import Company, Membership, User
from cmo_portal.accounts.permissions import ROLES
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.lib.wording import counted
from cmo_portal.records.actors import PARTNER, Guest, SystemActor
from cmo_portal.records.context import acting_as
from communications.messages.models import Message, Thread

AUDIENCE = SystemActor("audience")  # counts the people of the other company, of whom its reader may know no more
SPEAKERS = 200  # of a thread's other side, so many can be named by their last words
NAMED = re.compile(r"@([^\W\d_][\w.’'-]*(?: [^\W\d_][\w.’'-]*){0,3})")


@dataclass(frozen=True)
class Audience:
    """ours, theirs: the companies by name, theirs empty where it reads nothing. people: how many of both."""

    ours: str
    theirs: str
    people: int
    colleagues: int

    @property
    def words(self) -> str:
        """What stands beside the button that shares."""
        companies = f"{self.ours} and {self.theirs}" if self.theirs else f"{self.ours} only"
        return f"{counted(self.people, 'person', 'people')} at {companies} will see this"

    @property
    def note_words(self) -> str:
        return f"{counted(self.colleagues, 'person', 'people')} at {self.ours} only"


def audience_of(thread: Thread, reader: User) -> Audience:
    """How many active people read the thread, company by company; two queries, whoever asks."""
    ours = reader.company.pk
    other = thread.wall_owner if reader.company_kind == PARTNER else thread.wall_partner
    wanted = [ours, other] if thread.is_shared and other is not None else [ours]
    with acting_as(AUDIENCE):
        names = dict(Company.objects.filter(pk__in=wanted).values_list("pk", "name"))
        rows = Membership.objects.filter(company__in=wanted, user__is_active=True).values_list("company", "roles")
        members = list(rows)
    sees, notes = roles_with(P.MESSAGE_VIEW if thread.is_shared else P.MESSAGE_NOTE), roles_with(P.MESSAGE_NOTE)
    return Audience(
        ours=names[ours],
        theirs=names.get(other, "") if len(wanted) > 1 else "",
        people=sum(1 for _, roles in members if sees.intersection(roles)),
        colleagues=sum(1 for company, roles in members if company == ours and notes.intersection(roles)),
    )


def roles_with(permission: str) -> set[str]:
    return {code for code, role in ROLES.items() if permission in role.grants}


def other_company(thread: Thread, reader: User) -> str:
    """The name of the company on the other side, as the reader knows it."""
    if thread.vendor is None:
        return ""
    return str(thread.vendor.sponsor.name if reader.company_kind == PARTNER else thread.vendor.name)


def nameable(thread: Thread, by: User) -> dict[str, str]:
    """name -> number of those `by` can name: colleagues, and of the other side whoever has spoken here."""
    people = dict(User.objects.visible_to(by).filter(is_active=True).values_list("name", "number"))
    return dict(reversed(list(speakers(thread, by)))) | people


def speakers(thread: Thread, by: User) -> Any:
    """(name, number) of the other side's people who wrote here, the latest first."""
    rows: Any = Message.objects.filter(thread=thread).exclude(author_side=by.company_kind)
    return rows.order_by("-sequence").values_list("author_name", "author_ref")[:SPEAKERS]


def who_reads(thread: Thread, by: User) -> list[tuple[str, str]]:
    """(name, company) of those whom `by` can name and who read the thread, by name, `by` left out."""
    colleagues = [person.name for person in readers(thread, User.objects.visible_to(by).exclude(pk=by.pk))]
    theirs = {name for name, _ in speakers(thread, by)}
    found = [(name, by.company_name) for name in colleagues]
    return sorted([*found, *((name, other_company(thread, by)) for name in theirs)])


def readers(thread: Thread, people: QuerySet[Any]) -> list[User]:
    """Those of `people` to whom the thread is open. What a person may read follows from company and roles, so each
    such pair is asked for once."""
    found, known = [], dict[Any, bool]()
    for person in (
        people.filter(is_active=True, membership__isnull=False)
        .select_related("membership__company")
        .order_by("name")[:SPEAKERS]
    ):
        person.belongs = person.membership
        key = (person.company_id, tuple(sorted(person.role_names)))
        if key not in known:
            known[key] = person.may(P.MESSAGE_VIEW) and Thread.objects.open_to(person).filter(pk=thread.pk).exists()
        if known[key]:
            found.append(person)
    return found


def mentioned(body: str, thread: Thread, by: User | Guest) -> list[str]:
    """The numbers of the people whom `body` names as `@Name`; the longest name that fits is meant. Who does not read
    the thread is not named by it. A guest knows no names, so names nobody."""
    if "@" not in body or isinstance(by, Guest):
        return []
    known, found = nameable(thread, by), []
    for match in NAMED.finditer(body):
        words = match.group(1).split(" ")
        tries = (" ".join(words[:length]) for length in range(len(words), 0, -1))
        ref = next((known[name.rstrip(".")] for name in tries if name.rstrip(".") in known), "")
        if ref and ref not in found:
            found.append(ref)
    if not found:
        return []
    ours = User.objects.visible_to(by).filter(number__in=found)
    unread = set(ours.values_list("number", flat=True)) - {person.number for person in readers(thread, ours)}
    return [ref for ref in found if ref not in unread]
