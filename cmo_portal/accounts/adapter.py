"""What this installation decides for allauth: nobody signs up uninvited, and mails name the product."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from cmo_portal.accounts.models import User


def display_name(user: User) -> str:
    return user.name


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def format_email_subject(self, subject: str) -> str:
        return f"CMO Portal: {subject}"

    def get_login_redirect_url(self, request: HttpRequest) -> Any:
        return "/"
