"""`make screenshots`: every page each role can reach, light and dark, 1440 and 390 wide, into `var/screenshots/`."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import django
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "var" / "screenshots"
PEOPLE = ("sam", "quinn", "eva", "ines", "ada", "pat", "uwe", "bea", "otto")
WIDTHS = ((1440, 900), (390, 844))


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cmo_portal.settings")
    django.setup()
    from tests.server import installation, patterns

    chromium = shutil.which("chromium")
    if chromium is None:
        print("Install the package chromium to take screenshots.")
        return 1
    names = sys.argv[1:] or PEOPLE
    with tempfile.TemporaryDirectory() as data, installation(Path(data)) as made, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--disable-dev-shm-usage"])
        for name in names:
            shoot(browser, made, name)
    patterns.end()
    print(f"Screenshots are in {TARGET.relative_to(ROOT)}/.")
    return 0


def shoot(browser: Browser, made: object, name: str) -> None:
    from tests.crawl import crawl
    from tests.server import Installation

    assert isinstance(made, Installation)
    folder = TARGET / name
    folder.mkdir(parents=True, exist_ok=True)
    first = browser.new_context().new_page()
    made.sign_in(first, name)
    visits, state = crawl(first, made.url), first.context.storage_state()
    first.context.close()
    for width, height in WIDTHS:
        for theme in ("light", "dark"):
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if theme == "dark" else "light",
                storage_state=state,
            )
            page = context.new_page()
            for visit in visits:
                page.goto(made.url + visit.path)
                page.wait_for_load_state("load")
                page.screenshot(path=folder / f"{visit.name.replace(':', '-')}-{theme}-{width}.png", full_page=True)
            context.close()
    print(f"{name}: {len(visits)} pages")


if __name__ == "__main__":
    sys.exit(main())
