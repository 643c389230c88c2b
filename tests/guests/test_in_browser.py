"""Somebody at a CMO without an account answers a document request from the link in the mail, with a file."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.browser import PHONE, check_page
from tests.server import Installation

MAIL = """
from cmo_portal.records.actors import SETUP
from cmo_portal.records.context import acting_as
from communications.guests.models import GuestLink
from communications.notices.guest_tasks import mail_guest_code, mail_guest_link
with acting_as(SETUP):
    link = GuestLink.objects.get(email="nora@alpenglow.example")
(mail_guest_code if link.code_wanted_at else mail_guest_link)(link.number)
"""


def test_a_cmo_without_an_account_answers_a_document_request_from_the_mail(
    page: Page, portal: Installation, chromium: Browser, tmp_path: Path
) -> None:
    portal.sign_in(page, "leo")
    page.goto(f"{portal.url}/search/?q=Complaints and recalls")
    page.locator("main").get_by_role("link", name="Complaints and recalls").first.click()
    asked = page.url
    page.get_by_role("link", name="Ask by link").click()
    page.get_by_label("E-mail").fill("nora@alpenglow.example")
    page.get_by_label("Their name").fill("Nora Fink")
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_text("nora@alpenglow.example").first).to_be_visible()
    portal.manage("shell", "-c", MAIL)

    page.context.clear_cookies()
    portal.sign_in(page, "ada")
    address = newest(page, portal).get_by_role("link", name="See the request").get_attribute("href")
    assert address is not None
    guest = chromium.new_context(viewport=PHONE, reduced_motion="reduce", locale="en-GB").new_page()
    path = address.partition("/by-link/")[2]
    check_page(guest, f"{portal.url}/by-link/{path}")
    guest.get_by_role("button", name="Send me the code").click()
    expect(guest.get_by_label("Code")).to_be_visible()
    portal.manage("shell", "-c", MAIL)
    code = newest(page, portal).locator(".what").inner_text()
    guest.get_by_label("Code").fill(code)
    guest.get_by_role("button", name="See the request").click()

    expect(guest.get_by_role("heading", level=1)).to_have_text("Complaints and recalls of the last two years")
    expect(guest.get_by_role("navigation")).to_have_count(0)
    check_page(guest, guest.url)
    guest.get_by_role("button", name="Send the document").click()
    expect(guest.get_by_role("alert")).to_contain_text("Attach the document")
    paper = tmp_path / "complaints.csv"
    paper.write_text("number,product,kind\n1,NGB-204,labelling\n")
    guest.get_by_label("The document").set_input_files(paper)
    guest.get_by_label("Note").fill("Recalls: none.")
    guest.get_by_role("button", name="Send the document").click()
    expect(guest.get_by_text("complaints.csv")).to_be_visible()
    expect(guest.get_by_text("SHA-256").first).to_be_visible()
    check_page(guest, guest.url)
    guest.get_by_role("button", name="Ask for an account").click()
    expect(guest.get_by_text("Your wish is noted")).to_be_visible()
    guest.goto(asked)
    expect(guest).to_have_url(f"{portal.url}/accounts/login/?next={asked.removeprefix(portal.url)}")
    guest.context.close()

    page.context.clear_cookies()
    portal.sign_in(page, "leo")
    page.goto(asked)
    expect(page.get_by_text("Provided").first).to_be_visible()
    expect(page.get_by_role("link", name="complaints.csv", exact=True)).to_be_visible()
    expect(page.get_by_text("Nora Fink <nora@alpenglow.example> by link of Leo Marchetti").first).to_be_visible()


def newest(page: Page, portal: Installation) -> FrameLocator:
    """The newest mail to an address without an account, which the demo's administrator reads."""
    page.goto(f"{portal.url}/mailbox/")
    page.locator("ul.notices a").first.click()
    return page.frame_locator("iframe.mail")
