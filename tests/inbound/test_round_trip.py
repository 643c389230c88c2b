"""Real SMTP in both directions on loopback: a notice goes out, the answer comes in, and stands in the open page."""

from __future__ import annotations

import json
import re
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from playwright.sync_api import Page, expect

from cmo_portal.lib.probe import listens
from tests.browser import check_page
from tests.private_servers import Mailbox, text_of
from tests.server import ROOT, Installation, free_port

DOMAIN = "reply.northgate.example"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
START = """
import json
from cmo_portal.accounts.models import User
from cmo_portal.records.actors import SETUP
from cmo_portal.records.context import acting_as
from cmo_portal.records.record import opened_door
from communications.messages import actions
from vendors.registry.models import Vendor
with acting_as(SETUP), opened_door():
    User.objects.filter(email="pat@alpenglow.example").update(notices="immediate")
    sam = User.objects.get(email="sam@northgate.example")
    vendor = Vendor.objects.get(sponsor=sam.company, name__startswith="Alpenglow")
with acting_as(sam):
    thread = actions.start_with(by=sam, subject="Secret shelf", body="Secret words.", vendor=vendor)
print(json.dumps([thread.number, thread.get_absolute_url()]))
"""
COUNT = """
import json
from cmo_portal.records.actors import SETUP
from cmo_portal.records.context import acting_as
from communications.inbound.models import InboundMail
from communications.messages.models import Message
with acting_as(SETUP):
    said = list(Message.objects.filter(thread__number="{0}").order_by("sequence").values_list("body", flat=True))
    mails = InboundMail.objects.filter(thread__number="{0}").values_list("status", flat=True)
    print(json.dumps([said, sorted(mails)]))
"""


@contextmanager
def listening(made: Installation, *words: str) -> Iterator[int]:
    """`receive_mail --listen` as a process of its own; gives its port."""
    port = free_port()
    command = [sys.executable, "manage.py", "receive_mail", "--listen", f"127.0.0.1:{port}", *words]
    server = subprocess.Popen(command, cwd=ROOT, env=made.environment, stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 30
        while not listens(port, 1):
            assert time.monotonic() < until and server.poll() is None, "nobody listens"
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        assert server.wait(20) == 0


def head(notice: Any, name: str) -> str:
    """A header in one line, however it was folded."""
    return " ".join(str(notice[name]).split())


def answer_to(notice: Any, text: str, ident: str = "answer") -> EmailMessage:
    """What a mail program makes of "Reply" to the notice."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "Pat Huber <pat@alpenglow.example>", head(notice, "Reply-To")
    mail["Subject"], mail["Message-ID"] = f"Re: {head(notice, 'Subject')}", f"<{ident}@alpenglow.example>"
    mail["In-Reply-To"] = head(notice, "Message-ID")
    quoted = "\n".join(f"> {line}" for line in text_of(notice).splitlines())
    mail.set_content(f"{text}\n\nOn Mon, 4 May 2026 at 09:12, CMO Portal <portal@localhost> wrote:\n\n{quoted}\n")
    return mail


def told(made: Installation) -> tuple[str, str, Any]:
    """A message of Sam's in a new thread, and the notice of it that Pat's mail server took: (number, path, notice)."""
    number, path = json.loads(made.manage("shell", "-v0", "-c", START).strip().splitlines()[-1])
    sink = Mailbox()
    sink.start()
    try:
        sends = replace(made, environment=made.environment | {"EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"})
        sends.manage("send_due_reminders")
    finally:
        sink.stop()
    (notice,) = [mail for mail in sink.mails if number in str(mail["Subject"])]
    return number, path, notice


def answering(portal: Installation) -> Installation:
    return replace(portal, environment=portal.environment | {"REPLY_DOMAIN": DOMAIN})


def counted(made: Installation, number: str) -> list[Any]:
    return list(json.loads(made.manage("shell", "-v0", "-c", COUNT.format(number)).strip().splitlines()[-1]))


def test_an_answer_comes_back_over_smtp_once_though_it_is_delivered_many_times_at_once(portal: Installation) -> None:
    made = answering(portal)
    number, _, notice = told(made)
    assert notice["To"] == "pat@alpenglow.example" and notice["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(rf"reply\+[0-9a-z]{{52}}@{DOMAIN}", head(notice, "Reply-To"))
    assert "Secret" not in notice.as_string() + text_of(notice)
    mail = answer_to(notice, "Mapped on Friday.")
    mail["X-Long"] = "x" * 5000  # longer than a line may be: programs send such lines all the same

    def deliver(way: int) -> None:
        with smtplib.SMTP("127.0.0.1", port, timeout=60) as smtp:
            relayed = f"Received: from mx{way}.example\r\n".encode() + mail.as_bytes(policy=SMTP)
            smtp.sendmail("pat@alpenglow.example", [head(notice, "Reply-To").upper()], relayed)

    with listening(made) as port:
        with ThreadPoolExecutor(4) as racers:
            list(racers.map(deliver, range(4)))
        with smtplib.SMTP("127.0.0.1", port, timeout=60) as smtp:
            smtp.ehlo()
            assert smtp.mail("spam@evil.example")[0] == 250
            code, said = smtp.rcpt(f"reply+{'0' * 52}@{DOMAIN}")
            assert (code, said.split()[0]) == (550, b"5.1.1"), "no such address: the sender is told at once"
            smtp.rset()
            assert int(smtp.esmtp_features["size"]) == 30 * 1024 * 1024
    assert counted(made, number) == [["Secret words.", "Mapped on Friday."], ["filed", *["repeated"] * 3]]
    with listening(made, "--lmtp") as port, smtplib.LMTP("127.0.0.1", port) as lmtp:
        second = answer_to(notice, "And over LMTP.", "second")
        refused = lmtp.sendmail(
            "pat@alpenglow.example", [head(notice, "Reply-To"), "x@y.example"], second.as_bytes(policy=SMTP)
        )
        assert set(refused) == {"x@y.example"}
    assert counted(made, number)[0][2:] == ["And over LMTP."]


def test_an_answer_with_a_file_appears_in_the_open_page_of_the_other_side(page: Page, portal: Installation) -> None:
    made = answering(portal)
    number, path, notice = told(made)
    portal.sign_in(page, "sam")
    page.goto(portal.url + path)
    expect(page.locator("ol.thread > li")).to_have_count(1)
    mail = answer_to(notice, "The report is attached.", "with-file")
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="report.pdf")
    with listening(made) as port, smtplib.SMTP("127.0.0.1", port, timeout=60) as smtp:
        smtp.send_message(mail)
        came = page.locator("#m2")
        expect(came).to_contain_text("The report is attached.", timeout=10_000)
        expect(came).to_contain_text("by e-mail")
        expect(came.get_by_role("link", name="report.pdf")).to_be_visible()
        forged = answer_to(notice, "I am not Pat.", "forged")
        forged.replace_header("From", "Pat Huber <pat@private-mail.example>")
        smtp.send_message(forged, from_addr="pat@private-mail.example")
    page.context.clear_cookies()
    portal.sign_in(page, "pat")
    check_page(page, f"{portal.url}/mail/")
    page.goto(f"{portal.url}/mail/")
    page.get_by_role("link", name=re.compile(number)).click()
    check_page(page, page.url)
    page.get_by_role("button", name="Put it into the thread, in my name").click()
    expect(page.locator("#m3")).to_contain_text("I am not Pat.")
    expect(page.locator("#m3")).to_contain_text("It came by e-mail")
    check_page(page, portal.url + path)
