"""The what-if sliders on a page, in a real browser under a policy that allows no inline script or style."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.selection.cards import NAMES, WEIGHTS, reference_card
from vendors.selection.scoring import to_model

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

SCRIPT = Path(__file__).resolve().parents[2] / "static" / "js" / "whatif.js"
HOME = "http://whatif.example/result/"


def page_text() -> str:
    sliders = "".join(
        f'<input type="range" name="w_{name}" data-weight="{name}" min="0" max="60" step="1" value="{weight}">'
        f'<output data-weight-out="{name}"></output><span data-band-text="{name}"></span>'
        f'<svg viewBox="0 0 100 4"><rect data-band="{name}" height="4"/></svg>'
        for name, weight in zip(NAMES, WEIGHTS, strict=True)
    )
    ranking = "".join(
        f'<li data-rank="{name}"><b data-position></b>{name}<i data-movement></i><span data-total="{name}"></span></li>'
        for name in "ABC"
    )
    model = json.dumps(to_model(reference_card()))
    return f"""<!doctype html><form>{sliders}<button data-whatif-reset>Agreed weights</button></form>
        <ol data-rank-list>{ranking}</ol><p data-whatif-sentence></p><p data-whatif-state></p>
        <script type="application/json" id="whatif-model">{model}</script>
        <script type="module" src="/static/js/whatif.js"></script>"""


def answer(route: Route) -> None:
    if route.request.url.endswith("whatif.js"):
        route.fulfill(body=SCRIPT.read_text(), content_type="text/javascript")
    elif "/result/" in route.request.url:
        policy = {"Content-Security-Policy": "default-src 'self'"}
        route.fulfill(body=page_text(), content_type="text/html; charset=utf-8", headers=policy)
    else:
        route.fulfill(status=404, body="")


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    opened = chromium.new_page()
    opened.route("**/*", answer)
    yield opened
    opened.close()


def move(page: Page, name: str, value: int) -> None:
    slider = page.locator(f'[data-weight="{name}"]')
    slider.fill(str(value))
    slider.dispatch_event("change")


def order(page: Page) -> list[str | None]:
    return [item.get_attribute("data-rank") for item in page.locator("[data-rank]").all()]


def test_the_page_opens_on_the_agreed_weights(page: Page) -> None:
    page.goto(HOME)
    assert order(page) == ["C", "A", "B"]
    assert page.locator('[data-total="A"]').inner_text() == "73.0"
    assert page.locator("[data-whatif-sentence]").inner_text() == (
        "AVL must fall from 15 % to 3.8 % before A ranks first."
    )
    assert page.locator('[data-band-text="CAP"]').inner_text() == "0 % to 41.7 %"
    assert page.locator("[data-whatif-reset]").is_disabled()
    # The interval ends at 5/12 of all weight: slider 50 beside a rest of 70, on a track of 60.
    assert page.locator('[data-band="CAP"]').get_attribute("width") == "83.33"


def test_a_moved_slider_reorders_and_stays_in_the_address(page: Page) -> None:
    page.goto(HOME + "?tab=1")
    move(page, "CAP", 60)
    assert order(page) == ["B", "C", "A"]
    movements = {item: page.locator(f'[data-rank="{item}"] [data-movement]').inner_text() for item in "ABC"}
    assert movements == {"A": "▼ 1", "B": "▲ 2", "C": "▼ 1"}
    assert page.url == HOME + "?tab=1&w_CAP=60"
    page.goto(page.url)
    assert order(page) == ["B", "C", "A"]
    assert page.locator('[data-weight-out="CAP"]').inner_text() == "46.2 %"


def test_reset_goes_back_to_the_agreed_weights(page: Page) -> None:
    page.goto(HOME + "?w_CAP=60")
    page.locator("[data-whatif-reset]").click()
    assert order(page) == ["C", "A", "B"]
    assert page.url == HOME
    assert page.locator("[data-whatif-state]").inner_text() == "The agreed weights."


def test_no_weight_at_all_is_told_and_nothing_is_drawn(page: Page) -> None:
    page.goto(HOME + "?" + "&".join(f"w_{name}=0" for name in NAMES))
    assert page.locator("[data-whatif-sentence]").inner_text() == "Every weight is 0: raise at least one."
