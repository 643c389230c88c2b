"""Kept before it is read, filed once, never more than said; and what is held waits for its person alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail as sent
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone

from cmo_portal.records.attachments import Attachment
from cmo_portal.records.record import opened_door
from cmo_portal.records.trail import TrailEvent
from communications.inbound.actions import release
from communications.inbound.answers import answer
from communications.inbound.listener import is_ours, take
from communications.inbound.models import InboundMail, MailStatus
from communications.inbound.receiving import Envelope, keep, receive, settle
from communications.inbound.tasks import read_received
from communications.messages import actions
from communications.messages.models import Thread
from communications.messages.vocabulary import Ball, ThreadStatus
from communications.notices.reply_addresses import address_for, token_for
from tests.inbound.conftest import DOMAIN, Box
from tests.messages.makers import fresh, in_days, make_thread

pytestmark = pytest.mark.django_db
Write = Callable[..., bytes]


def refusing(words: str) -> Any:
    """A database that goes away at the first query that holds `words`."""

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if words in sql:
            raise OperationalError("the database is away")
        return execute(sql, params, many, context)

    return connection.execute_wrapper(wrapper)


def test_one_mail_is_filed_once_however_often_it_comes(box: Box, written: Write) -> None:
    raw = written("Mapped.", to=box.address)
    first = box.take(raw)
    assert first.status == "filed" and box.take(raw) == first, "the very same delivery"
    relayed = b"Received: from mx2.example\r\n" + raw
    again = box.take(relayed)
    assert again.status == "repeated" and again.pk != first.pk and len(box.said) == 2
    other = box.take(written("Something else.", to=box.address, ident="two"))
    assert other.status == "filed" and len(box.said) == 3
    history = TrailEvent.objects.filter(record_number=first.number).order_by("seq").values_list("action", flat=True)
    assert list(history) == ["inbound_mail.receive", "inbound_mail.file"]
    body = TrailEvent.objects.filter(record_number=other.number).latest("seq").body
    assert "alpenglow.example" not in body, "who wrote and about what is sealed for the trail's other readers"


def test_a_forged_mail_under_the_id_of_a_true_one_does_not_keep_it_out(box: Box, written: Write) -> None:
    forged = box.take(written("Forged.", to=box.address, sender="pat@evil.example"))
    assert forged.status == "held"
    assert box.take(written("True.", to=box.address)).status == "filed"


def test_a_mail_is_taken_only_once_it_is_kept(box: Box, written: Write) -> None:
    raw = written("Mapped.", to=box.address)
    envelope = Envelope("smtp", "pat@alpenglow.example", (box.address,))
    folder = Path(InboundMail._meta.get_field("raw").storage.location)  # type: ignore[attr-defined]
    before = set(folder.rglob("*"))
    with refusing('INSERT INTO "communications_inboundmail"'):
        assert take(raw, envelope).startswith("450 "), "the mail server keeps it and tries again"
    assert {path for path in set(folder.rglob("*")) - before if path.is_file()} == set(), "nothing is left behind"
    with refusing('INSERT INTO "communications_message"'):
        assert take(raw, envelope).startswith("450 ")
    mail = InboundMail.objects.get(recipient=box.address)
    assert mail.status == MailStatus.RECEIVED and len(box.said) == 1, "kept, and not read yet"
    assert take(raw, envelope).startswith("250 ") and len(box.said) == 2
    later = keep(written("Kept alone.", to=box.address, ident="two"), envelope, box.address)
    with opened_door():
        InboundMail.objects.filter(pk=later.pk).update(created_at=timezone.now() - timedelta(minutes=5))
    read_received()
    assert len(box.said) == 3, "what a dying process left is read by the next look"
    assert settle(later).status == "filed" and len(box.said) == 3


def test_whatever_fails_while_a_mail_is_read_loses_none(box: Box, written: Write, cast: Any, tmp_path: Path) -> None:
    mail = keep(written("Mapped.", to=box.address), Envelope("smtp", cast.pat.email, (box.address,)), box.address)
    kept = Path(mail.raw.path)
    away = kept.rename(tmp_path / "unreachable")
    held = settle(mail)
    assert (held.status, held.reasons, len(box.said)) == ("held", ["It could not be read."], 1)
    away.rename(kept)
    assert release(held, by=cast.pat).body == "Mapped."


def test_no_word_of_a_mail_moves_a_date_or_a_status(box: Box, written: Write, cast: Any, sign_in: Any) -> None:
    day = in_days(4)
    actions.post(fresh(box.thread), by=cast.sam, body="By when?", ball=Ball.THEM, answer_due_date=day)
    box.take(written("Done, closed, resolved. New date: 1 June.", to=box.address, head="Subject: Re: closed"))
    thread = fresh(box.thread)
    assert (thread.status, thread.answer_due_date) == (ThreadStatus.AWAITING_CMO, day)
    pat, sam = sign_in("pat"), sign_in("sam")
    mine = pat.get(thread.get_absolute_url()).content.decode()
    theirs = sam.get(thread.get_absolute_url()).content.decode()
    assert "by e-mail" in mine and "by e-mail" in theirs
    assert "One click moves the thread" in mine and "One click moves the thread" not in theirs
    whole = f"/messages/{box.said[-1].number}/mail/"
    assert whole in mine and whole not in theirs
    assert pat.get(whole).status_code == 302 and sam.get(whole).status_code == 404


def test_who_is_doubtful_is_held_with_the_reason(box: Box, written: Write, cast: Any, settings: Any) -> None:
    def reasons(raw: bytes, to: str = "") -> list[str]:
        mail = box.take(raw, to=to or None)
        assert mail.status == "held"
        return list(mail.reasons)

    old = f"reply+{token_for(cast.pat.ref, box.thread.number, timezone.now().date() - timedelta(days=1))}@{DOMAIN}"
    assert "has ended" in reasons(written("Late.", to=old), old)[0]
    own = make_thread(cast, "Our own", shared=False)
    hidden = address_for(cast.pat.ref, own.number, timezone.now().date())
    assert reasons(written("x", to=hidden), hidden) == ["The thread that it names is not open to you."]
    settings.INBOUND_AUTHSERV_ID = "mx.northgate.example"
    wrote = "Authentication-Results: {}; dmarc={} header.from=alpenglow.example"
    assert "was not checked" in reasons(written("a", to=box.address))[0]
    assert "was not checked" in reasons(written("b", to=box.address, head=wrote.format("mx.evil.example", "pass")))[0]
    assert "DMARC" in reasons(written("c", to=box.address, head=wrote.format("mx.northgate.example", "fail")))[0]
    dkim = "Authentication-Results: mx.northgate.example; dkim=pass header.d={}; spf=none"
    assert "neither DKIM" in reasons(written("d", to=box.address, head=dkim.format("evil.example")))[0]
    assert "neither DKIM" in reasons(written("e", to=box.address, head=dkim.format("example")))[0]
    good = written("f", to=box.address, head=dkim.format("alpenglow.example"))
    assert box.take(good).status == "filed"
    settings.INBOUND_LIMIT_MB = 0
    large = box.take(written("Larger than nothing.", to=box.address, ident="large"))
    assert large.status == "refused" and "larger than" in large.reasons[0]


def test_a_long_answer_is_attached_whole(box: Box, written: Write) -> None:
    text = "\n".join(f"Line {number} of a long protocol." for number in range(1500))
    mail = box.take(written(text, to=box.address))
    message = box.said[-1]
    assert mail.status == "filed" and len(message.body) <= 20_000 and "attached as answer.txt" in message.body
    kept = Attachment.objects.get(about_number=message.number)
    with kept.file.open("rb") as file:
        assert file.read().decode() == text


def test_the_sender_hears_at_most_once_an_hour_and_machines_never(box: Box, written: Write, cast: Any) -> None:
    held = box.take(written("Forged.", to=box.address, sender="pat@evil.example"))
    now = timezone.now()
    assert answer(held.number, now) and not answer(held.number, now)
    (told,) = sent.outbox
    assert told.to == [cast.pat.email], "never the address that the mail claims"
    assert told.extra_headers["Auto-Submitted"] == "auto-replied" and told.reply_to == []
    assert told.extra_headers["In-Reply-To"] == "<one@alpenglow.example>"
    assert (
        "another address than yours" in told.body and f"/mail/{held.number}/" in told.body and "Forged" not in told.body
    )
    files = box.take(box.raw("refused_files"))
    assert not answer(files.number, now + timedelta(minutes=59))
    assert answer(files.number, now + timedelta(minutes=61)) and "setup.exe" in sent.outbox[1].body
    null = box.take(written("x", to=box.address, sender="pat@evil.example", ident="null"), sender="")
    good = box.take(written("Good.", to=box.address, ident="good"))
    assert (null.status, good.status) == ("refused", "filed")
    assert not answer(null.number, now + timedelta(days=1)) and not answer(good.number, now + timedelta(days=1))


def test_two_threads_on_one_envelope_and_mailboxes(
    box: Box, written: Write, cast: Any, tmp_path: Path, capsys: Any
) -> None:
    other = make_thread(cast, "Second matter")
    there = address_for(cast.pat.ref, other.number, timezone.now().date())
    raw = written("To both.", to=f"{box.address}, {there}")
    mails = receive(raw, Envelope("lmtp", "pat@alpenglow.example", (box.address, there)))
    assert [mail.status for mail in mails] == ["filed", "filed"] and fresh(other).message_count == 1
    assert is_ours(there.upper(), "pat@x.example") and is_ours("portal@localhost", "")
    assert not is_ours("portal@localhost", "pat@x.example") and not is_ours("reply+x@" + DOMAIN, "")
    for name in ("new", "cur", "tmp"):
        (tmp_path / "Maildir" / name).mkdir(parents=True)
    (tmp_path / "Maildir" / "new" / "1.a").write_bytes(written("From a Maildir.", to=box.address, ident="maildir"))
    call_command("receive_mail", tmp_path / "Maildir")
    assert box.said[-1].body == "From a Maildir." and not list((tmp_path / "Maildir" / "new").iterdir())
    box_file = tmp_path / "mbox"
    text = b"From a@b Mon May  4 09:00:00 2026\n%s\n\nFrom a@b Mon May  4 09:00:00 2026\n%s\n"
    mails_of_it = (
        written("Out of an mbox.", to=box.address, ident="m1"),
        written("Noise", to="x@y.example", ident="m2"),
    )
    box_file.write_bytes(text.replace(b"%s", b"%b") % mails_of_it)
    call_command("receive_mail", box_file)
    assert box.said[-1].body == "Out of an mbox." and "2 mails: 1 filed, 1 held." in capsys.readouterr().out
    single = tmp_path / "one.eml"
    single.write_bytes(written("From a file.", to=box.address, ident="m3"))
    call_command("receive_mail", single)
    assert box.said[-1].body == "From a file."
    with pytest.raises(CommandError, match="neither a Maildir nor a file"):
        call_command("receive_mail", tmp_path / "nothing")
    with pytest.raises(CommandError, match="write a host and a port"):
        call_command("receive_mail", listen="8024")


def test_who_may_not_write_any_more_is_held_and_who_left_is_the_administrators(
    box: Box, written: Write, cast: Any
) -> None:
    thread = Thread.objects.get(pk=box.thread.pk)
    uwes = address_for(cast.uwe.ref, thread.number, timezone.now().date())
    mail = box.take(written("I only manage people.", to=uwes, sender=cast.uwe.email), to=uwes)
    assert mail.reasons == ["You may not write in threads."]
    with opened_door():
        type(cast.pat).objects.filter(pk=cast.pat.pk).update(is_active=False)
    gone = box.take(written("I have left.", to=box.address))
    assert gone.status == "held" and gone.person is None and gone.wall_owner == cast.uwe.company_id
    assert "does not work here any more" in gone.reasons[0]
    assert gone in InboundMail.objects.open_to(cast.uwe)
    for who in ("sam", "ada", "bea", "otto"):
        assert gone not in InboundMail.objects.open_to(getattr(cast, who))
