"""The address at which a mail provider hands in what it received: the mail itself, or a form with the mail in a field.

Who knows the secret may hand in. The answer says what the provider should do: 200 for kept, 503 for try again, any
other for give up and tell the sender.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import logging
import re
from urllib.parse import parse_qsl

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cmo_portal.lib.uploads import MEGABYTE
from cmo_portal.records.gate import public
from communications.inbound.models import Way
from communications.inbound.receiving import AWAY, Envelope, receive

log = logging.getLogger(__name__)
RAW_FIELDS = ("email", "body-mime", "raw", "mime", "message", "RawEmail")
SENDER_FIELDS = ("sender", "from", "mail_from", "envelope_from")
RECIPIENT_FIELDS = ("recipient", "to", "rcpt_to", "envelope_to")
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
BOUNDARY = re.compile(r"boundary=(?:\"([^\"]+)\"|([^\s;]+))", re.IGNORECASE)
NAME = re.compile(r"^content-disposition:.*?[;\s]name=\"([^\"]*)\"", re.IGNORECASE | re.MULTILINE)
ROOM_FOR_FIELDS = 1 * MEGABYTE  # beside the mail


@csrf_exempt  # a mail provider posts here by itself; the secret stands for it
@require_POST
@public
def inbound_receive(request: HttpRequest) -> HttpResponse:
    """Takes one mail: as the body (`message/rfc822`, with `X-Envelope-From` and `X-Envelope-To`), or in a field of a
    form beside its envelope."""
    if not settings.INBOUND_SECRET:
        raise Http404
    if not knows_secret(request):
        return refusal(401, "Send the secret in X-Inbound-Secret, or as bearer token or password.")
    limit = settings.INBOUND_LIMIT_MB * MEGABYTE
    body = request.read(limit + ROOM_FOR_FIELDS + 1)
    raw, envelope = taken_out(request, body)
    if not raw.strip():
        return refusal(400, "There is no mail in it.")
    if len(raw) > limit or len(body) > limit + ROOM_FOR_FIELDS:
        return refusal(413, f"The mail is larger than {settings.INBOUND_LIMIT_MB} MB.")
    try:
        mails = receive(raw, envelope)
    except AWAY:
        log.exception("a mail was not taken, because the database is away")
        return refusal(503, "Try again in a minute.")
    return JsonResponse({"mails": [{"number": mail.number, "status": mail.status} for mail in mails]})


def refusal(status: int, sentence: str) -> HttpResponse:
    answer = JsonResponse({"error": sentence}, status=status)
    if status == 401:
        answer["WWW-Authenticate"] = 'Basic realm="mail"'
    if status == 503:
        answer["Retry-After"] = "60"
    return answer


def knows_secret(request: HttpRequest) -> bool:
    """Compared in constant time, whichever way it is sent."""
    sent = [request.headers.get("X-Inbound-Secret", "")]
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":
        sent.append(value.strip())
    elif kind.lower() == "basic":
        try:
            sent.append(base64.b64decode(value, validate=True).decode().partition(":")[2])
        except (binascii.Error, UnicodeDecodeError):
            return False
    right = settings.INBOUND_SECRET.encode()
    return True in [hmac.compare_digest(each.encode("utf-8", "replace"), right) for each in sent]  # none is left out


def taken_out(request: HttpRequest, body: bytes) -> tuple[bytes, Envelope]:
    """(the mail's bytes, its envelope) of a request."""
    if request.content_type not in FORMS:
        sender = request.headers.get("X-Envelope-From")
        recipients = split(request.headers.get("X-Envelope-To", ""))
        return body, Envelope(Way.HTTP, None if sender is None else bare(sender), recipients)
    fields = fields_of(request, body)
    raw = next((fields[name] for name in RAW_FIELDS if fields.get(name)), b"")
    sender_text, recipients = envelope_of({name: value.decode("utf-8", "replace") for name, value in fields.items()
                                           if name not in RAW_FIELDS})  # fmt: skip
    return raw, Envelope(Way.HTTP, sender_text, recipients)


def fields_of(request: HttpRequest, body: bytes) -> dict[str, bytes]:
    """The fields of a form as bytes: Django would read them as text, and a mail is none."""
    if request.content_type == "application/x-www-form-urlencoded":
        pairs = parse_qsl(body.decode("latin-1"), encoding="latin-1", max_num_fields=200)
        return {name: value.encode("latin-1", "replace") for name, value in pairs}
    boundary = BOUNDARY.search(request.META.get("CONTENT_TYPE", ""))
    if boundary is None:
        return {}
    parts = (b"\r\n" + body).split(b"\r\n--" + (boundary[1] or boundary[2]).encode("latin-1", "replace"))[1:]
    return dict(field for part in parts if (field := field_of(part)))


def field_of(part: bytes) -> tuple[str, bytes] | None:
    """(name, bytes) of one part of a form; the bytes stand there as they are, without any encoding."""
    head, _, value = part.partition(b"\r\n\r\n")
    name = NAME.search(head.decode("latin-1"))
    return (name[1], value) if name else None


def envelope_of(fields: dict[str, str]) -> tuple[str | None, tuple[str, ...]]:
    """The envelope as the usual providers write it: a field of JSON, or a field each."""
    try:
        told = json.loads(fields.get("envelope", "") or "{}")
    except ValueError:
        told = {}
    told = told if isinstance(told, dict) else {}
    sender = told.get("from", next((fields[name] for name in SENDER_FIELDS if name in fields), None))
    recipients = told.get("to") or [fields[name] for name in RECIPIENT_FIELDS if name in fields]
    recipients = recipients if isinstance(recipients, list) else [recipients]
    return (None if sender is None else bare(str(sender))), split(",".join(str(each) for each in recipients))


def split(text: str) -> tuple[str, ...]:
    return tuple(bare(each) for each in text.split(",") if "@" in each)


def bare(address: str) -> str:
    """The address without name and angle brackets."""
    text = address.strip()
    return text.rpartition("<")[2].partition(">")[0].strip() if "<" in text else text
