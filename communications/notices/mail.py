"""The only module that hands a mail to Django. Mails carry links and no confidential content."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string


def send(to: str, template: str, context: dict[str, Any], *, key: str) -> None:
    """Sends `mail/<template>.txt`; its first line is the subject. `key` makes the message's id stable across tries."""
    subject, _, body = render_to_string(f"mail/{template}.txt", context).partition("\n")
    host = settings.SITE_URL.split("//")[-1].split(":")[0]
    EmailMessage(
        subject.strip(), body.lstrip("\n"), settings.DEFAULT_FROM_EMAIL, [to], headers={"Message-ID": f"<{key}@{host}>"}
    ).send()
