"""The only module that hands a mail to Django. Mails carry links and no confidential content."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string


def host() -> str:
    """The right side of our Message-IDs."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def send(
    to: str,
    template: str,
    context: dict[str, Any],
    *,
    key: str,
    unsubscribe: str = "",
    reply_to: str = "",
    about: str = "",
    answers: str = "",
) -> str:
    """Sends `mail/<template>.txt` with `.html` beside it and gives the subject, the text's first line.

    key: makes the message's id, the same at every try. unsubscribe: an address that a mail program may POST to without
    asking anybody (RFC 8058); empty where the mail cannot be stopped. reply_to: where an answer goes. about: the id
    under which mail programs keep mails of one thread together. answers: the id of the mail that this one answers.
    """
    subject, _, body = render_to_string(f"mail/{template}.txt", context).partition("\n")
    subject = " ".join(subject.split())
    # So that no answering machine answers (RFC 3834), and Exchange keeps its own quiet.
    made_by = "auto-replied" if answers else "auto-generated"
    headers = {"Message-ID": f"<{key}@{host()}>", "Auto-Submitted": made_by, "X-Auto-Response-Suppress": "All"}
    if unsubscribe:
        headers |= {"List-Unsubscribe": f"<{unsubscribe}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    if answers or about:
        headers |= {"In-Reply-To": answers or about, "References": answers or about}
    mail = EmailMultiAlternatives(
        subject,
        body.lstrip("\n"),
        settings.DEFAULT_FROM_EMAIL,
        [to],
        headers=headers,
        reply_to=[reply_to] * bool(reply_to),
    )
    mail.attach_alternative(render_to_string(f"mail/{template}.html", context | {"subject": subject}), "text/html")
    mail.send()
    return subject
