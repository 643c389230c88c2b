"""Through which sponsor a CMO's person looks at the first page: all of them, or one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from cmo_portal.accounts.models import User
from cmo_portal.records.actors import PARTNER
from vendors.registry.models import Vendor

ASKED = "sponsor"


@dataclass(frozen=True)
class Lens:
    """relations: with whom the reader's CMO works here. chosen: the one looked through, None for all of them."""

    relations: tuple[Vendor, ...] = ()
    chosen: Vendor | None = None

    @property
    def sponsor_id(self) -> int | None:
        return self.chosen.sponsor_id if self.chosen else None

    @property
    def switch(self) -> list[dict[str, Any]]:
        """The choices as links; none where there is one sponsor only."""
        if len(self.relations) < 2:
            return []
        choices = [{"label": "All sponsors", "url": "/", "count": None, "current": self.chosen is None}]
        for vendor in self.relations:
            url, current = f"/?{ASKED}={vendor.number}", vendor == self.chosen
            choices.append({"label": vendor.sponsor.name, "url": url, "count": None, "current": current})
        return choices


def lens_of(request: HttpRequest, reader: User) -> Lens:
    """What the reader chose; a number that is none of its relations chooses nothing."""
    if reader.company_kind != PARTNER:
        return Lens()
    rows = Vendor.objects.visible_to(reader).live().select_related("sponsor").order_by("sponsor__name", "number")
    relations = tuple(rows)
    asked = request.GET.get(ASKED, "")
    return Lens(relations, next((vendor for vendor in relations if vendor.number == asked), None))
