"""Who sees a row: one line a model, one lazy SQL predicate, and the same line as a policy of the database.

Each row carries its walls in indexed columns: the company that owns it, the partner company it may be shared with,
and whether it is. `trail.write` copies them from the model's Scope line, so that no list needs a join to know.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from cmo_portal.records.actors import PARTNER, SPONSOR, SYSTEM, Actor, Guest

NOTHING = Q(pk__in=[])
Reader = Callable[[str, Any], Q]


@dataclass(frozen=True)
class Scope:
    """The wall of a model.

    owner, partner: a path (`vendor__sponsor`) to the company; empty when the action that creates the row sets the
    column itself. A path of `partner` leads to a CMO (tests/house/test_walls.py holds every line to it). shared: True,
    False, or the name of a boolean field. every_sponsor: a row without an owner is a fact of the installation that
    every sponsor reads. also: (kind, company) -> a further Q. sign_in: may be read while nobody is known yet.
    """

    owner: str = ""
    partner: str = ""
    shared: bool | str = False
    every_sponsor: bool = False
    also: Reader | None = None
    sign_in: bool = False

    def readable(self, kind: str, company: Any) -> Q:
        """The predicate for a company; `company` is a number, or an expression when a policy is made of it."""
        q = Q(wall_owner=company)
        if self.can_reach(kind):
            q |= Q(wall_partner=company, wall_shared=True)
        if self.every_sponsor and kind == SPONSOR:
            q |= Q(wall_owner__isnull=True)
        if self.also is not None:
            q |= self.also(kind, company)
        return q

    def can_reach(self, kind: str) -> bool:
        """Whether a row that somebody else owns can be shared with a company of `kind` at all.

        Where it cannot be, the predicate leaves that out: with one column to look at, a list of the owner's comes out
        of an index in order. What an action stamps by hand is never left out.
        """
        return kind != SPONSOR if self.partner else not self.owner or self.shared is not False

    def writable(self, kind: str, company: Any) -> Q:
        """What a company may write: narrower than what it reads. Facts of the installation are the system's."""
        return Q(wall_owner=company) | Q(wall_partner=company, wall_shared=True)

    def for_actor(self, actor: Actor) -> Q:
        if actor.company_kind == SYSTEM:
            return NOTHING if actor.ref == "system:sign_in" and not self.sign_in else Q()
        if actor.company_id is None or actor.company_kind not in {SPONSOR, PARTNER}:
            return NOTHING
        return self.readable(actor.company_kind, actor.company_id)

    def stamp(self, record: Any) -> None:
        """Copies the walls onto the row."""
        if self.owner:
            record.wall_owner = follow(record, self.owner)
        if self.partner:
            record.wall_partner = follow(record, self.partner)
        record.wall_shared = bool(getattr(record, self.shared)) if isinstance(self.shared, str) else self.shared


def follow(record: Any, path: str) -> int | None:
    """The id at the end of `path`, or None where a link of it is empty."""
    *links, last = path.split("__")
    for link in links:
        record = getattr(record, link)
        if record is None:
            return None
    value: int | None = getattr(record, record._meta.get_field(last).attname)
    return value


class WalledQuerySet(models.QuerySet[Any]):
    """A queryset that can be cut down to what somebody may see."""

    def visible_to(self, actor: Actor) -> Self:
        if isinstance(actor, Guest):
            return self.filter(self.model.for_guest(actor))
        return self.filter(self.model.scope.for_actor(actor))


class Walled(models.Model):
    """A row behind walls. A model without a Scope line of its own is seen by nobody.

    guest_column: the column by which a row is named to a guest; empty where no guest ever needs one. guest_reads: the
    guest's list in which its name must stand to be read. guest_shared: whether it must be shared as well.
    """

    scope = Scope()
    guest_column: ClassVar[str] = ""
    guest_reads: ClassVar[str] = "reads"
    guest_shared: ClassVar[bool] = False

    wall_owner = models.BigIntegerField(null=True, editable=False)
    wall_partner = models.BigIntegerField(null=True, editable=False)
    wall_shared = models.BooleanField(default=False, editable=False)

    objects = WalledQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def for_guest(cls, guest: Guest) -> Q:
        """The rows that are named to the guest; the policies of the database say the same (walls.py)."""
        if not cls.guest_column:
            return NOTHING
        named = Q(**{f"{cls.guest_column}__in": sorted(getattr(guest, cls.guest_reads))})
        return named & Q(wall_shared=True) if cls.guest_shared else named
