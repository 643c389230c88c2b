"""The conduct screen as a person uses it, and the API in the session of a page: what several browser tests share."""

from __future__ import annotations

import base64
import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.server import Installation

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SYSTEMS = ("quality", "facilities", "materials", "production", "packaging", "laboratory")
ANSWERS = {"1": "yes", "2": "partial", "3": "no", "4": "not_applicable", "5": "not_covered"}


def api(page: Page, address: str, body: dict[str, Any] | None = None) -> Any:
    """A call of the API in the session of the page."""
    return page.evaluate(
        """async ([address, body]) => {
            const csrf = document.cookie.match(/csrftoken=([^;]+)/)[1];
            const answer = await fetch(address, body === null ? {} : { method: "POST", body: JSON.stringify(body),
              headers: { "Content-Type": "application/json", "X-CSRFToken": csrf } });
            if (!answer.ok) throw new Error(`${address}: ${answer.status} ${await answer.text()}`);
            return answer.json();
        }""",
        [address, body],
    )


def every(page: Page, address: str) -> list[dict[str, Any]]:
    """All rows of a collection, page after page."""
    rows: list[dict[str, Any]] = []
    while address:
        answer = api(page, address)
        rows += answer["results"]
        address = answer["next"] or ""
    return rows


def add_questions(page: Page, audit: str, mark: str, count: int) -> list[str]:
    """`count` questions of the audit's own; returns their numbers."""
    numbers = []
    for at in range(count):
        body = {"audit": audit, "code": f"{mark}-{at:02}", "system": SYSTEMS[at * len(SYSTEMS) // count]}
        words = {"topic": f"Point {at}", "question": f"Is point {at} of {mark} in order?"}
        numbers.append(api(page, "/api/v1/checklist-items/", body | words)["number"])
    return numbers


def under_way(page: Page, url: str) -> str:
    """The number of the demo's audit that is in progress, found as a person finds it."""
    page.goto(f"{url}/audits/?status=in_progress")
    page.get_by_role("link", name=re.compile("Salzburg")).first.click()
    page.wait_for_url(re.compile("/audits/AUD"))
    return page.url.rstrip("/").split("/")[-1]


def opened(page: Page, installation: Installation, audit: str) -> None:
    page.goto(f"{installation.url}/conduct/{audit}/")
    expect(page.locator(".qn").first).to_be_visible()


def take_offline(page: Page) -> None:
    page.locator("[data-take]").click()
    expect(page.locator("[data-held]")).to_be_visible(timeout=20_000)


def answer_by_key(page: Page, number: str, key: str) -> None:
    page.locator(f"#q-{number}").focus()
    page.keyboard.press(key)
    expect(page.locator(f"#q-{number} [data-answer={ANSWERS[key]}]")).to_have_attribute("aria-pressed", "true")


def all_sent(page: Page) -> None:
    expect(page.locator("[data-link]")).to_contain_text("All sent", timeout=60_000)


def end_every_session(installation: Installation) -> None:
    installation.manage(
        "shell", "-c", "from django.contrib.sessions.models import Session as S; S.objects.all().delete()"
    )


def held_here(page: Page) -> list[Any]:
    """What the device keeps of audits: databases, caches, workers, and the list of them."""
    return list(
        page.evaluate(
            """async () => [(await indexedDB.databases()).map((each) => each.name), await caches.keys(),
            (await navigator.serviceWorker.getRegistrations()).length,
            JSON.parse(localStorage["conduct held"] ?? "[]").length]"""
        )
    )


def make_finding(page: Page, title: str) -> None:
    """In the dialog that is open: everything but the title came from the line."""
    page.fill("#f-title", title)
    page.locator("dialog").get_by_role("button", name="Make the finding").click()
