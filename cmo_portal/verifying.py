"""The public page of checks: somebody holds a document and its signature, and asks whether they belong together."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse

from cmo_portal.lib.pages import render_page
from cmo_portal.records.gate import public
from cmo_portal.records.installation_key import verify_document

MEGABYTE = 1024 * 1024
LARGEST = 50 * MEGABYTE
LONGEST_ENVELOPE = MEGABYTE


class CheckForm(forms.Form):
    """The document, and the signature file beside it where the document does not carry its own."""

    document = forms.FileField(help_text="The PDF, or a signed JSON file.")
    signature = forms.FileField(
        required=False, label="Signature file", help_text="It ends in .sig.json. A signed JSON file needs none."
    )

    def clean_document(self) -> UploadedFile[Any]:
        file: UploadedFile[Any] = self.cleaned_data["document"]
        if (file.size or 0) > LARGEST:
            raise forms.ValidationError("The file is larger than 50 MB: no document from here is.")
        return file

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = self.cleaned_data
        envelope = given.get("signature") or given.get("document")
        if envelope is None:
            return given
        if (envelope.size or 0) > LONGEST_ENVELOPE and given.get("signature"):
            raise forms.ValidationError({"signature": "This is no signature file from here: it is too large."})
        try:
            given["envelope"] = json.loads(envelope.read())
        except (ValueError, RecursionError):
            name = "signature"
            text = "Choose the signature file as well." if not given.get("signature") else "This is no signature file."
            raise forms.ValidationError({name: text}) from None
        return given


@public
def verify(request: HttpRequest) -> HttpResponse:
    """Says whether this installation signed exactly these bytes. Nothing is kept and nothing else is looked up."""
    form = CheckForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        data = given["document"].read() if given.get("signature") else None
        fault = verify_document(given["envelope"], data)
        context |= {"checked": True, "fault": fault, "said": None if fault else given["envelope"]["envelope"]}
    return render_page(request, "verify.html", None, context)
