"""A form field for several files at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

MOST = 10


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Cleans to a list of uploads, empty where none was chosen. What may be in them `lib.uploads` says."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = [each for each in (data if isinstance(data, (list, tuple)) else [data]) if each]
        if self.required and not given:
            raise ValidationError("Choose a file.")
        if len(given) > MOST:
            raise ValidationError(f"Attach {MOST} files at most: put more of them into one document.")
        return [forms.FileField.clean(self, each, initial) for each in given]
