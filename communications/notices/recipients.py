"""Who is told: the holder; where nobody holds it those who may do what is due; else those who look after the CMOs.

Only active people of a company that reads the item, and of these only who may read it: a mail opens no wall.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from cmo_portal.accounts.models import Membership, User
from cmo_portal.accounts.permissions import Permission
from cmo_portal.records.actors import PARTNER
from cmo_portal.records.deadlines import DueItem, kinds


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
    """The active people of every company that reads one of `items`, found in one query."""

    def __init__(self, items: Iterable[DueItem]) -> None:
        companies = set().union(*(readers_of(item) for item in items))
        self.of: dict[int, list[User]] = defaultdict(list)
        rows = Membership.objects.filter(company_id__in=companies, user__is_active=True)
        for membership in rows.select_related("user", "company").order_by("pk"):
            person = membership.user
            person.belongs = membership  # type: ignore[misc]
            self.of[membership.company_id].append(person)

    def to_tell(self, item: DueItem) -> list[User]:
        """Empty when nobody who may read the item could be told."""
        readers = [p for company in sorted(readers_of(item)) for p in self.of[company] if may_read(p, item)]
        acts = kinds[item.kind].acts
        holder = [person for person in readers if person.ref == item.holder_ref]
        doers = [person for person in readers if acts and person.may(acts)]
        return holder or doers or [person for person in readers if person.may(Permission.CMO_EDIT)]
