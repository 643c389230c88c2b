"""The forms of signing in with the house's words: one capital a label, nothing said twice inside a field."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as theirs

LABELS = {
    "login": "E-mail",
    "email": "E-mail",
    "password": "Password",
    "oldpassword": "Current password",
    "password1": "New password",
    "password2": "New password again",
}


class PlainWords:
    """Puts the labels in the house's words, and takes away placeholders that only repeat them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.label = LABELS.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)


class LoginForm(PlainWords, theirs.LoginForm):
    """Signing in."""


class ChangePasswordForm(PlainWords, theirs.ChangePasswordForm):
    """A new password for somebody who knows the old one."""


class ResetPasswordForm(PlainWords, theirs.ResetPasswordForm):
    """Asks for the link that sets a new password."""


class ResetPasswordKeyForm(PlainWords, theirs.ResetPasswordKeyForm):
    """The page behind that link."""


class ReauthenticateForm(PlainWords, theirs.ReauthenticateForm):
    """The password once more, before something that matters."""
