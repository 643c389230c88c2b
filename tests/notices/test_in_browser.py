"""Notices, putting off, wishes and the demo's mailbox in a real browser, with the bell that counts by itself."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser import check_page
from tests.server import Installation


def test_a_reminder_is_read_put_off_and_found_in_the_mailbox(page: Page, portal: Installation) -> None:
    portal.manage("send_due_reminders")
    portal.sign_in(page, "leo")
    count = page.locator(".rail a[href='/notices/'] [data-unread]")
    expect(count).not_to_have_text("")
    check_page(page, f"{portal.url}/notices/")
    page.goto(f"{portal.url}/notices/")
    page.get_by_role("link", name="Put off").first.click()
    check_page(page, page.url)
    page.get_by_label("Reason").fill("Audit week")
    page.get_by_role("button", name="Put off").click()
    expect(page.get_by_text("Audit week").first).to_be_visible()
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_text("Nothing unread")).to_be_visible()
    expect(count).to_be_hidden()
    for path in ("/profile/notices/", "/profile/absences/add/", "/mailbox/"):
        check_page(page, portal.url + path)


def test_a_mail_is_shown_as_a_mail_program_shows_it_and_its_link_leads_into_the_portal(
    page: Page, portal: Installation
) -> None:
    portal.sign_in(page, "ada")
    page.goto(f"{portal.url}/people/invite/")
    page.get_by_label("E-mail").fill("newcomer@northgate.example")
    page.get_by_label("Name").fill("New Comer")
    page.get_by_label("Evaluator").check()
    page.get_by_role("button", name="Send the invitation").click()
    portal.manage("shell", "-c", SEND)
    page.goto(f"{portal.url}/mailbox/")
    page.locator("ul.notices a").first.click()
    check_page(page, page.url)
    page.frame_locator("iframe.mail").get_by_role("link", name="Choose a password").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Northgate")


SEND = """
from cmo_portal.accounts.models import Invitation
from cmo_portal.records.actors import SETUP
from cmo_portal.records.context import acting_as
from communications.notices.tasks import mail_invitation
with acting_as(SETUP):
    number = Invitation.objects.get(email="newcomer@northgate.example").number
mail_invitation(number)
"""
