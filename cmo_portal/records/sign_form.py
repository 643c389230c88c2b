"""The form of a move: why, and where the move is signed the proof of who signs. Later subjects add their own fields.

A wrong password is refused at its field with everything else kept; the password itself is never sent back.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from cmo_portal.records.actors import Actor
from cmo_portal.records.forms import place
from cmo_portal.records.signing import BadCredentials, Credentials
from cmo_portal.records.trail import StaleRecord
from cmo_portal.records.workflow import Transition, WrongState


class MoveForm(forms.Form):
    """What a transition takes: its own fields first, then the reason, and for a signed one password and code.

    Subclasses declare fields of their own; `values()` gives them to the action.
    """

    template_name = "components/sign_form.html"

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)
    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        label="Your password",
        help_text="You sign with the password you sign in with.",
        strip=False,
    )
    code = forms.CharField(
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        label="Code of your authenticator",
        max_length=12,
    )
    PROOF = ("reason", "password", "code")

    def __init__(self, *args: Any, transition: Transition, by: Actor, version: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.transition, self.by = transition, by
        self.fields["version"].initial = version
        own = [name for name in self.fields if name not in {"version", *self.PROOF}]
        self.order_fields([*own, *self.PROOF])
        self.fields["reason"].required = transition.reason_needed
        if not transition.signature:
            del self.fields["password"], self.fields["code"]
        elif not getattr(by, "signs_with_code", False):
            del self.fields["code"]

    @property
    def is_signed(self) -> bool:
        return bool(self.transition.signature)

    @property
    def signs_as(self) -> str:
        return self.by.name

    def values(self) -> dict[str, Any]:
        """The cleaned values of the subject's own fields."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"version", *self.PROOF}}

    def proof(self) -> dict[str, Any]:
        """The keywords every move takes: reason, credentials, version."""
        given = self.cleaned_data
        credentials = Credentials(given["password"], given.get("code", "")) if self.is_signed else None
        return {"reason": given["reason"], "credentials": credentials, "version": given["version"]}

    def refuse(self, error: Exception) -> None:
        """Puts the refusal of a move where the person sees it, with the form kept."""
        if isinstance(error, BadCredentials):
            self.add_error(error.field if error.field in self.fields else "password", str(error))
        elif isinstance(error, ValidationError):
            place(self, error)
        elif isinstance(error, StaleRecord):
            sent: Any = self.data.copy()  # type: ignore[attr-defined]
            sent[self.add_prefix("version")] = str(error.stored.version)
            self.data = sent
            who = error.event.actor_name if error.event else "Somebody"
            self.add_error(None, f"{who} changed this meanwhile: read it again above, then decide.")
        else:
            self.add_error(None, str(error))


REFUSALS = (BadCredentials, ValidationError, StaleRecord, WrongState)
