"""Held mail on its pages and over the API: each person their own, the administrator what names nobody, nobody else."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cmo_portal.accounts.models import User
from cmo_portal.records.context import acting_as
from cmo_portal.records.trail import TrailEvent
from cmo_portal.records.workflow import WrongState
from communications.inbound.actions import release
from communications.inbound.models import InboundMail
from communications.messages.channels import MessageChannel
from communications.messages.models import Message
from communications.notices.news import MessageNews, MessageNotice
from communications.notices.reply_addresses import address_for
from communications.notices.telling import tell
from tests.inbound.conftest import Box
from tests.messages.makers import make_thread

pytestmark = pytest.mark.django_db
Write = Callable[..., bytes]
DOOR, SECRET = "/inbound/mail/", "a secret of twenty characters"


@pytest.mark.refuses("inbound.has_a_thread_to_go_to")
def test_a_held_mail_is_released_or_discarded_by_its_person_alone(
    box: Box, cast: Any, sign_in: Any, written: Write
) -> None:
    held = box.take(written("Our LY-3 <b>runs</b>.", to=box.address, sender="pat@home.example", head="Subject: Re: it"))
    page, pat = held.get_absolute_url(), sign_in("pat")
    assert "Held mail" in pat.get("/").content.decode() and "Held mail" not in sign_in("sam").get("/").content.decode()
    assert "Re: it" in pat.get(reverse("communications:inbound-list")).content.decode()
    shown = pat.get(page).content.decode()
    assert "another address than yours" in shown and "Our LY-3 &lt;b&gt;runs&lt;/b&gt;." in shown
    assert "pat@home.example" in shown and box.thread.number in shown
    for who in ("sam", "quinn", "uwe", "ada", "bea", "otto"):
        other = sign_in(who)
        for address in (page, f"{page}whole/", f"/api/v1/held-mails/{held.number}/"):
            assert other.get(address).status_code == 404, (who, address)
        for act in ("release", "discard"):
            assert other.post(f"{page}{act}/", {"reason": "x"}).status_code == 404, (who, act)
        assert "Re: it" not in other.get("/mail/?show=all").content.decode()
        assert held.number not in other.get("/api/v1/held-mails/?page_size=100").content.decode()
    whole = pat.get(f"{page}whole/")
    assert b"".join(whole.streaming_content) == written(
        "Our LY-3 <b>runs</b>.", to=box.address, sender="pat@home.example", head="Subject: Re: it"
    )
    assert whole["Content-Type"] == "application/octet-stream" and "attachment" in whole["Content-Disposition"]
    empty = pat.post(f"{page}discard/", {"reason": ""})
    assert empty.status_code == 422
    done = pat.post(f"{page}release/")
    assert done.status_code == 302 and done.url.endswith("#m2")
    assert (box.said[-1].body, box.said[-1].author_ref) == ("Our LY-3 <b>runs</b>.", cast.pat.ref)
    assert pat.post(f"{page}release/", follow=True).status_code == 200 and len(box.said) == 2, "once"
    second = box.take(written("Junk.", to=box.address, sender="x@y.example", ident="junk"))
    assert pat.post(f"/mail/{second.number}/discard/", {"reason": "Not mine"}).status_code == 302
    assert TrailEvent.objects.get(record_number=second.number, action="inbound_mail.discard").reason == "Not mine"
    assert "Junk" not in pat.get("/mail/").content.decode()
    same = box.take(
        b"Received: again\r\n" + written("Our LY-3 <b>runs</b>.", to=box.address, sender="pat@home.example")
    )
    with acting_as(cast.pat), pytest.raises(WrongState, match="stands in the thread already"):
        release(InboundMail.objects.get(pk=same.pk), by=cast.pat)
    nowhere = address_for(cast.pat.ref, make_thread(cast, "Ours", shared=False).number, timezone.now().date())
    lost = box.take(written("x", to=nowhere), to=nowhere)
    assert "not open to you" in pat.get(lost.get_absolute_url()).content.decode()
    with acting_as(cast.pat), pytest.raises(WrongState, match="not open to you"):
        release(InboundMail.objects.get(pk=lost.pk), by=cast.pat)


def test_held_mail_over_the_api(box: Box, cast: Any, sign_in: Any, written: Write) -> None:
    held = box.take(written("Mapped.", to=box.address, sender="pat@home.example"))
    junk = box.take(written("Junk.", to=box.address, sender="x@y.example", ident="junk"))
    pat = sign_in("pat")
    rows = pat.get("/api/v1/held-mails/?status=held&page_size=100").json()["results"]
    row = next(row for row in rows if row["number"] == held.number)
    assert (row["sender"], row["thread"]) == ("pat@home.example", box.thread.number)
    one = f"/api/v1/held-mails/{held.number}/"

    def send(address: str, **values: Any) -> Any:
        return pat.post(address, values, content_type="application/json")

    assert send(f"{one}release/").status_code == 400 and send(f"{one}release/", version=99).status_code == 409
    done = send(f"{one}release/", version=row["version"])
    assert done.status_code == 200 and done.json()["message"] == box.said[-1].number
    assert send(f"{one}release/", version=done.json()["version"]).status_code == 409
    away = f"/api/v1/held-mails/{junk.number}/discard/"
    assert send(away, version=junk.version).status_code == 400
    assert send(away, version=junk.version, reason="Not mine").json()["status"] == "discarded"


def test_what_names_nobody_is_for_the_administrator_of_its_sender(
    box: Box, cast: Any, sign_in: Any, written: Write, capsys: Any
) -> None:
    mail = box.take(written("To nobody.", to="reply+wrong@reply.northgate.example"), to="")
    assert mail.status == "held" and mail.person is None
    uwe = sign_in("uwe")
    page = uwe.get(mail.get_absolute_url()).content.decode()
    assert "It names no thread" in page and "To nobody." not in page, "the administrator reads head and reason"
    assert sign_in("pat").get(mail.get_absolute_url()).status_code == 404
    assert sign_in("ada").get(mail.get_absolute_url()).status_code == 404
    assert uwe.post(f"/mail/{mail.number}/discard/", {"reason": "A typing error"}).status_code == 302
    strange = box.take(written("Spam.", to="reply+wrong@x.example", sender="spam@evil.example", ident="s"), to="")
    assert strange.status == "refused" and strange.wall_owner is None
    call_command("receive_mail", unknown=True)
    listed = capsys.readouterr().out
    assert strange.number in listed and strange.raw.name in listed and mail.number not in listed
    for who in ("sam", "ada", "uwe", "pat", "otto"):
        assert not InboundMail.objects.visible_to(getattr(cast, who)).filter(pk=strange.pk).exists()


def test_a_provider_hands_in_by_the_secret(box: Box, written: Write, settings: Any) -> None:
    client, raw = Client(), written("Über HTTP.\n", to=box.address)
    kind, secret = {"content_type": "message/rfc822"}, {"X-Inbound-Secret": SECRET}
    assert client.post(DOOR, raw, **kind, headers=secret).status_code == 404, "off as long as there is no secret"
    settings.INBOUND_SECRET = SECRET
    assert client.get(DOOR).status_code == 405
    wrong = client.post(DOOR, raw, **kind, headers={"X-Inbound-Secret": SECRET + "x"})
    assert wrong.status_code == 401 and len(box.said) == 1
    envelope = secret | {"X-Envelope-From": "<pat@alpenglow.example>", "X-Envelope-To": f"<{box.address}>"}
    done = client.post(DOOR, raw, **kind, headers=envelope)
    assert done.status_code == 200 and done.json()["mails"][0]["status"] == "filed", done.content
    assert box.said[-1].body == "Über HTTP."
    basic = {"Authorization": "Basic " + base64.b64encode(f"mail:{SECRET}".encode()).decode()}
    exact = written("Form\r\n--x\r\n\xff and bytes.", to=box.address, ident="form")
    told = json.dumps({"from": "pat@alpenglow.example", "to": [box.address]})
    form = (
        b'--XX\r\nContent-Disposition: form-data; name="envelope"\r\n\r\n' + told.encode()
        + b'\r\n--XX\r\nContent-Disposition: form-data; name="email"; filename="m.eml"\r\n'
        + b"Content-Type: message/rfc822\r\n\r\n" + exact + b"\r\n--XX--\r\n"
    )  # fmt: skip
    done = client.post(DOOR, form, content_type="multipart/form-data; boundary=XX", headers=basic)
    number = done.json()["mails"][0]["number"]
    with InboundMail.objects.get(number=number).raw.open("rb") as kept:
        assert kept.read() == exact, "byte by byte"
    fields = {"recipient": box.address, "sender": "pat@alpenglow.example"}
    fields["body-mime"] = written("Urlencoded.", to=box.address, ident="url").decode()
    bearer = {"Authorization": f"Bearer {SECRET}"}
    done = client.post(DOOR, fields, headers=bearer)
    assert done.json()["mails"][0]["status"] == "filed" and box.said[-1].body == "Urlencoded."
    assert client.post(DOOR, b"", **kind, headers=secret).status_code == 400
    settings.INBOUND_LIMIT_MB = 1
    large = raw + b"x" * (1024 * 1024)
    assert client.post(DOOR, large, **kind, headers=envelope).status_code == 413


def test_reading_costs_the_same(
    box: Box, cast: Any, sign_in: Any, written: Write, query_count: Any, settings: Any
) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    pat = sign_in("pat")
    for count in (3, 20):
        for number in range(count):
            box.take(written(f"{number}", to=box.address, sender="x@y.example", ident=f"{count}-{number}"))
        for name, address in (("inbound-list", "/mail/"), ("api-held-mails", "/api/v1/held-mails/?page_size=100")):
            pat.get(address)
            query_count("inbound", name, lambda address=address: pat.get(address))


@pytest.mark.postgres
def test_the_wall_stands_where_a_query_forgets_it(box: Box, cast: Any, written: Write) -> None:
    held = box.take(written("Held.", to=box.address, sender="x@y.example"))
    filed = box.take(written("Filed.", to=box.address, ident="good"))
    assert filed.message is not None
    with acting_as(cast.sam):
        assert MessageChannel._base_manager.filter(message=filed.message_id).exists(), "both sides see how it came"
        assert MessageNews._base_manager.filter(message=filed.message_id).exists()
    tell(timezone.now())
    notices = MessageNotice.objects.filter(message=filed.message_id)
    assert {row.recipient_id for row in notices} == {cast.sam.pk}
    for who in ("sam", "ada", "otto", "bea"):
        person: User = getattr(cast, who)
        with acting_as(person):
            assert not InboundMail._base_manager.filter(pk__in=[held.pk, filed.pk]).exists(), who
            assert not TrailEvent._base_manager.filter(record_number__in=[held.number, filed.number]).exists(), who
            if who in ("otto", "bea"):
                assert not MessageChannel._base_manager.filter(message=filed.message_id).exists(), who
                assert not Message._base_manager.filter(pk=filed.message_id).exists(), who
    with acting_as(cast.pat):
        assert InboundMail._base_manager.filter(pk__in=[held.pk, filed.pk]).count() == 2
        assert not MessageNotice._base_manager.filter(message=filed.message_id).exists(), "whom the other side told"
