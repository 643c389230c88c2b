"""What signing in and out leaves in the trail, and how a person proves who they are when they sign."""

from __future__ import annotations

import time
from typing import Any

from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import signals as auth
from django.core.cache import cache
from django.http import HttpRequest

from cmo_portal.accounts.models import User
from cmo_portal.records.actors import SystemActor
from cmo_portal.records.context import acting_as
from cmo_portal.records.signing import CodeFault, Credentials
from cmo_portal.records.trail import note

LOCKOUT = SystemActor("lockout")
PROOF_FAILURES, PROOF_WINDOW = 5, 15 * 60  # as at sign-in: five wrong tries in a quarter of an hour


def listen() -> None:
    auth.user_logged_in.connect(signed_in, dispatch_uid="trail-signed-in")
    auth.user_logged_out.connect(signed_out, dispatch_uid="trail-signed-out")
    auth.user_login_failed.connect(failed, dispatch_uid="trail-failed")
    mfa.authenticator_added.connect(authenticator_added, dispatch_uid="trail-authenticator-added")
    mfa.authenticator_removed.connect(authenticator_removed, dispatch_uid="trail-authenticator-removed")


def trail(user: User | None, action: str) -> None:
    if isinstance(user, User):
        with acting_as(LOCKOUT):
            note(user, by=user, action=action)


def signed_in(sender: Any, user: User, request: HttpRequest | None = None, **kwargs: Any) -> None:
    if request is not None:
        request.session["signed_in_at"] = int(time.time())  # the session's age counts from here
    trail(user, "account.sign_in")


def signed_out(sender: Any, user: User | None, **kwargs: Any) -> None:
    trail(user, "account.sign_out")


def authenticator_added(sender: Any, user: User, **kwargs: Any) -> None:
    trail(user, "account.authenticator_add")


def authenticator_removed(sender: Any, user: User, **kwargs: Any) -> None:
    trail(user, "account.authenticator_remove")


def failed(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    email = str(credentials.get("email") or credentials.get("username") or "").lower()
    with acting_as(LOCKOUT):
        user = User.objects.filter(email=email).first() if email else None
        if user is not None:
            note(user, by=LOCKOUT, action="account.sign_in_failed")


def proof_refused(user: User, credentials: Credentials) -> str | None:
    """The sentence why the proof failed, or None. Wrong tries are counted, so that a signature cannot be guessed."""
    key = f"proof-failures:{user.pk}"
    cache.add(key, 0, PROOF_WINDOW)
    if cache.incr(key) > PROOF_FAILURES:  # counted before it is looked at, so that parallel tries count too
        return "Too many wrong tries. Wait 15 minutes, then sign again."
    sentence = None
    if not user.check_password(credentials.password):
        sentence = "That is not your password. Type the password you sign in with."
    elif has_authenticator(user) and not code_holds(user, credentials.code):
        sentence = CodeFault("That code is not right now. Type the six digits your authenticator shows.")
    if sentence:
        trail(user, "account.proof_failed")
    else:
        cache.delete(key)
    return sentence


def has_authenticator(user: User) -> bool:
    """Whether an authenticator is set up; its code then belongs to every proof."""
    return bool(is_mfa_enabled(user))


def code_holds(user: User, code: str) -> bool:
    authenticators = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP)
    return any(each.wrap().validate_code(code.strip()) for each in authenticators)
