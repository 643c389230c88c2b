"""Says in words how a product is sourced, computed from its supply rows; nobody types "sole source" anywhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from vendors.registry.vocabulary import Service, SupplyRole, SupplyStage


class SupplyRow(Protocol):
    """What is read of a supply."""

    service: str
    role: str
    stage: str
    site_id: int


@dataclass(frozen=True)
class Sourcing:
    """One service of a product. `kind`: `none`, `sole`, `one_alternative` or `several`; `alternatives` counts sites."""

    service: str
    label: str
    kind: str
    alternatives: int

    @property
    def words(self) -> str:
        """`Fill-finish: sole source`."""
        return f"{self.label}: {WORDS[self.kind]}"

    @property
    def pill(self) -> str:
        return {"sole": "warn", "none": "bad"}.get(self.kind, "ok")


WORDS = {
    "none": "no source now",
    "sole": "sole source",
    "one_alternative": "one alternative",
    "several": "several alternatives",
}


def sourcing_of(rows: Iterable[SupplyRow]) -> list[Sourcing]:
    """One answer a service, in the order of the services' list.

    A site counts once however often it stands there; an ended row says that the service was needed, but is no source.
    With several sites and no primary among them the first counts as the primary: what matters is how many can step in.
    """
    sites: dict[str, set[int]] = {}
    for row in rows:
        found = sites.setdefault(row.service, set())
        if row.stage != SupplyStage.ENDED:
            found.add(row.site_id)
    order = {str(code): place for place, code in enumerate(Service.values)}
    known = sorted(sites, key=lambda code: order.get(code, len(order)))
    return [answer(code, len(sites[code])) for code in known]


def answer(service: str, count: int) -> Sourcing:
    kind = ("none", "sole", "one_alternative", "several")[min(count, 3)]
    return Sourcing(service, str(Service(service).label), kind, max(count - 1, 0))


def needs_primary(rows: Iterable[SupplyRow], service: str) -> bool:
    """Whether the service has sources but none of them is the primary."""
    running = [row for row in rows if row.service == service and row.stage != SupplyStage.ENDED]
    return bool(running) and all(row.role != SupplyRole.PRIMARY for row in running)
