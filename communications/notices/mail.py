"""The only module that hands a mail to Django. Mails carry links and no confidential content."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string


def send(to: str, template: str, context: dict[str, Any], *, key: str) -> str:
    """Sends `mail/<template>.txt` and gives the subject, its first line. `key` makes the message's id stable."""
    subject, _, body = render_to_string(f"mail/{template}.txt", context).partition("\n")
    subject = subject.strip()
    host = settings.SITE_URL.split("//")[-1].split(":")[0]
    EmailMessage(
        subject, body.lstrip("\n"), settings.DEFAULT_FROM_EMAIL, [to], headers={"Message-ID": f"<{key}@{host}>"}
    ).send()
    return subject
