"""How an upper floor adds to a lower page without being imported by it: registries that `hooks.py` files fill."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from cmo_portal.records.actors import Actor


@dataclass(frozen=True)
class Panel:
    """A part of somebody else's page: its tab or section, who may see it, and the address it loads from."""

    title: str
    url_name: str
    permission: str
    order: int = 50


@dataclass(frozen=True)
class HomeCard:
    """A section of the home page. `rows(actor)` gives its templates what they need, or None to leave it out.

    aside: the template of what it shows in the narrow column beside; `template` may be empty then. by_sponsor: `rows`
    takes `sponsor`, the key of the one company that a CMO's person looks at, or None for all of them.
    """

    title: str
    template: str
    permission: str
    rows: Callable[..., Any]
    order: int = 50
    aside: str = ""
    by_sponsor: bool = False


@dataclass(frozen=True)
class SearchSource:
    """Where the palette and the search page look: (actor, words) -> [(title, hint, address)], scoped by itself."""

    title: str
    permission: str
    find: Callable[[Actor, str], list[tuple[str, str, str]]]
    order: int = 50


Row = TypeVar("Row", Panel, HomeCard, SearchSource)


class Registry(Generic[Row]):
    """Rows by the place they belong to. The same name twice in a place is a mistake of the programmer."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = {}

    def add(self, place: str, row: Row) -> None:
        rows = self.rows.setdefault(place, [])
        if any(other.title == row.title for other in rows):
            raise ValueError(f"{place} already has {row.title!r}.")
        rows.append(row)
        rows.sort(key=lambda each: each.order)

    def open_to(self, place: str, actor: Actor) -> list[Row]:
        return [row for row in self.rows.get(place, []) if actor.may(row.permission)]


panels: Registry[Panel] = Registry()
home_cards: Registry[HomeCard] = Registry()
search_sources: Registry[SearchSource] = Registry()
