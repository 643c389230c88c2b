"""Somebody at a browser of their own: goes to pages, follows links, fills forms in and presses their buttons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from tests.server import PASSWORD, Installation


@dataclass
class Person:
    """Signed in at `installation`; every verb fails where the page refuses."""

    name: str
    page: Page
    installation: Installation

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def go(self, path: str) -> None:
        answer = self.page.goto(self.installation.url + path)
        assert answer is not None and answer.status < 400, f"{self.name}: {path} answered {answer and answer.status}"

    def refused(self, path: str) -> int:
        """The status with which the page answers."""
        return self.page.request.get(self.installation.url + path).status

    def follow(self, words: str) -> None:
        with self.page.expect_navigation():
            self.main.get_by_role("link", name=re.compile(words)).first.click()

    def fill(self, **values: Any) -> None:
        """Writes into the fields of these names: text, a choice, several choices, yes or no, or a file."""
        for name, value in values.items():
            fields = self.main.locator(f"[name={name}]:not([type=hidden])")
            kind = fields.first.evaluate("field => field.type")
            if kind == "radio" or isinstance(value, list):
                for each in value if isinstance(value, list) else [value]:
                    self.main.locator(f"[name={name}][value='{each}']").check()
            elif kind == "checkbox":
                fields.first.set_checked(value)
            elif kind == "select-one":
                fields.first.select_option(value)
            elif kind == "file":
                fields.first.set_input_files(value)
            else:
                fields.first.fill(str(value))

    def press(self, words: str, **values: Any) -> None:
        """Fills in `values` and presses the button; the next page must not complain."""
        self.fill(**values)
        with self.page.expect_navigation():
            self.main.get_by_role("button", name=re.compile(words)).first.click()
        complaint = self.page.locator(".summary-err")
        assert not complaint.count(), f"{self.name}, {words}: {complaint.inner_text()}"

    def sign(self, words: str, **values: Any) -> None:
        self.press(words, **values, password=PASSWORD)

    def sees(self, *words: str) -> None:
        for each in words:
            expect(self.main).to_contain_text(each)

    def download(self, words: str, folder: Path) -> Path:
        """The file behind the link of this name."""
        with self.page.expect_download() as started:
            self.main.get_by_role("link", name=re.compile(words)).first.click()
        path = folder / started.value.suggested_filename
        started.value.save_as(path)
        return path

    def at(self, installation: Installation) -> Person:
        """The same person at another address, signed in there."""
        self.page.context.clear_cookies()
        installation.sign_in(self.page, self.name)
        return replace(self, installation=installation)


@contextmanager
def people(chromium: Browser, installation: Installation, *names: str) -> Iterator[list[Person]]:
    """Each at a browser of their own, signed in."""
    with ExitStack() as stack:
        found = []
        for name in names:
            context = chromium.new_context(locale="en-GB", reduced_motion="reduce")
            stack.callback(context.close)
            found.append(Person(name, installation.sign_in(context.new_page(), name), installation))
        yield found
