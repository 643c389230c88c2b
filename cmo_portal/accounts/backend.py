"""Loads the signed-in person with membership and company in one query."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from cmo_portal.accounts.models import User


class Backend(AuthenticationBackend):
    def get_user(self, user_id: Any) -> User | None:
        user = User.objects.select_related("membership__company").filter(pk=user_id, is_active=True).first()
        if user is None:
            return None
        user.belongs = getattr(user, "membership", None)  # type: ignore[misc]
        return user
