"""Personal API tokens: `Authorization: Bearer cmo_...`, stored as sha256, read-only unless made to write."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from cmo_portal.accounts.models import ApiToken, User
from cmo_portal.accounts.permissions import Permission
from cmo_portal.records.record import opened_door
from cmo_portal.records.trail import write

PREFIX = "cmo_"


def sha256(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def make_token(user: User, *, name: str, days: int, may_write: bool) -> tuple[ApiToken, str]:
    """(record, secret). The secret is shown once and kept nowhere."""
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        user=user,
        name=name,
        digest=sha256(secret),
        hint=secret[:8],
        may_write=may_write,
        expires_at=timezone.now() + timedelta(days=days),
        wall_owner=user.company_id,
    )
    write(token, by=user, action="token.make")
    return token, secret


def revoke_token(token: ApiToken, *, by: User) -> None:
    token.is_revoked = True
    write(token, by=by, action="token.revoke")


def person_of_bearer(request: HttpRequest) -> User | None:
    """The person whose live token the request carries. Sets `request.api_token`."""
    kind, _, secret = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if kind.lower() != "bearer" or not secret.startswith(PREFIX):
        return None
    now = timezone.now()
    token = (
        ApiToken.objects.select_related("user__membership__company")
        .filter(digest=sha256(secret.strip()), is_revoked=False, expires_at__gt=now, user__is_active=True)
        .first()
    )
    if token is None or getattr(token.user, "membership", None) is None:
        return None
    if token.last_used_at is None or now - token.last_used_at > timedelta(hours=1):
        with opened_door():
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    token.user.belongs = token.user.membership  # type: ignore[misc]
    if not token.user.may(Permission.TOKEN_USE):  # the right may have gone since the token was made
        return None
    request.api_token = token  # type: ignore[attr-defined]
    return token.user


class TokenAuthentication(BaseAuthentication):
    """Hands the person the middleware found to the API; names the scheme for 401 answers."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        token = getattr(request._request, "api_token", None)
        return (token.user, token) if token else None

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema names the token."""

    target_class = "cmo_portal.accounts.tokens.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}
