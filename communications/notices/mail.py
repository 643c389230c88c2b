"""The only module that hands a mail to Django. Mails carry links and no confidential content."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string


def send(to: str, template: str, context: dict[str, Any], *, key: str, unsubscribe: str = "") -> str:
    """Sends `mail/<template>.txt` with `.html` beside it and gives the subject, the text's first line.

    key: makes the message's id, the same at every try. unsubscribe: an address that a mail program may POST to without
    asking anybody (RFC 8058); empty where the mail cannot be stopped.
    """
    subject, _, body = render_to_string(f"mail/{template}.txt", context).partition("\n")
    subject = " ".join(subject.split())
    host = urlsplit(settings.SITE_URL).hostname
    headers = {"Message-ID": f"<{key}@{host}>"}
    if unsubscribe:
        headers |= {"List-Unsubscribe": f"<{unsubscribe}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    mail = EmailMultiAlternatives(subject, body.lstrip("\n"), settings.DEFAULT_FROM_EMAIL, [to], headers=headers)
    mail.attach_alternative(render_to_string(f"mail/{template}.html", context | {"subject": subject}), "text/html")
    mail.send()
    return subject
