"""Finds every page a person can reach by links, one address for each URL name, as a curious visitor would."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Page

LEFT_OUT = {"account_logout", "schema"}  # one ends the session, the other is no page


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == "a" and names.get("href") and "download" not in names:
            self.found.append(str(names["href"]))


@dataclass(frozen=True)
class Visit:
    """One page: its URL name and the address under which it was found."""

    name: str
    path: str


def url_name(path: str) -> str | None:
    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return None


def crawl(page: Page, base: str, start: str = "/") -> list[Visit]:
    """Pages in the order in which they were found; a link to a file, or that answers an error, is left out."""
    visits: list[Visit] = []
    seen: set[str] = set()
    queue = deque([start])
    while queue:
        path = queue.popleft()
        name = url_name(path)
        if name is None or name in seen or name in LEFT_OUT:
            continue
        seen.add(name)
        answer = page.request.get(base + path)
        assert answer.status < 400, f"{path} is linked and answers {answer.status}"
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        visits.append(Visit(name, path))
        links = Links()
        links.feed(answer.text())
        for link in links.found:
            address = urlsplit(urljoin(answer.url, link))
            if f"{address.scheme}://{address.netloc}" == base:
                queue.append(address.path + (f"?{address.query}" if address.query else ""))
    return visits
