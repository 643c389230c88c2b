"""The form of this room: a name for a new calendar feed."""

from __future__ import annotations

from django import forms


class FeedForm(forms.Form):
    name = forms.CharField(
        max_length=80,
        label="Name of the feed",
        help_text="It names the calendar in your program, like: Deadlines on my phone.",
        error_messages={"required": "Give the feed a name, like: Deadlines on my phone."},
    )
