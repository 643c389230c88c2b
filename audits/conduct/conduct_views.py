"""The conduct screen: a shell without content, its data, what devices send, and the worker that opens it offline.

The shell and the worker hold nothing of any audit, so that the browser may keep them; the data is fetched by the page
for the person who is signed in, and stored on a device only where that person takes this audit offline.
"""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from audits.conduct import sync
from audits.conduct.models import ChecklistItem
from audits.conduct.screen import part_of, state_of
from audits.programme.frame import found_audit
from audits.programme.models import Audit
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.records.gate import page, personal

# What the shell loads. Modules import each other under their plain names, so those are kept under plain names as well.
LINKED = ("tokens.css", "app.css", "screens.css", "icons.svg", "mark.svg", "js/trusted.js", "js/conduct.js")
FONTS = ("vendor/inter-latin-wght.woff2",)
IMPORTED = (
    "conduct-dialogs.js",
    "conduct-items.js",
    "conduct-keys.js",
    "conduct-notes.js",
    "conduct-offline.js",
    "conduct-queue.js",
    "conduct-state.js",
    "conduct-store.js",
    "conduct-unsent.js",
    "device.js",
    "dialogs.js",
    "dom.js",
    "signin.js",
    "toasts.js",
)


@require_GET
@page(P.AUDIT_DRAFTS)
def conduct(request: PersonRequest, number: str) -> HttpResponse:
    """The shell. It names the audit by its number and nothing else, and nobody: the device may keep it."""
    audit = found_audit(request, number)
    return render(request, "audits/conduct.html", {"number": audit.number, "files": offline_files(audit)})


def offline_files(audit: Audit) -> list[str]:
    """Every address that the shell of this audit needs to open without a network."""
    plain = [f"{settings.STATIC_URL}js/{name}" for name in IMPORTED]
    return [reverse("audits:conduct", args=[audit.number]), *(static(name) for name in (*LINKED, *FONTS)), *plain]


@require_GET
@never_cache
@page(P.AUDIT_DRAFTS)
def conduct_data(request: PersonRequest, number: str) -> JsonResponse:
    """What the screen shows, for the person who asks."""
    return JsonResponse(state_of(found_audit(request, number), request.user))


@require_POST
@never_cache
@page(P.AUDIT_DRAFTS)
def conduct_send(request: PersonRequest, number: str) -> JsonResponse:
    """Takes one thing from a device: kept (200), changed by somebody else (409), refused with the sentence (422).

    `thing` is JSON as `sync.Sent` describes it with the `person` it belongs to; `file` is the photo.
    """
    audit = found_audit(request, number)
    try:
        body = json.loads(request.POST.get("thing", ""))
    except ValueError:
        body = None
    if sync.is_of_another(body, request.user):
        return JsonResponse({"state": "other_person"}, status=409)
    try:
        sent = sync.parse(body, request.FILES.get("file"))
        kept = sync.take(audit, sent, by=request.user)
    except sync.Conflict as conflict:
        theirs = part_of(audit, request.user, ChecklistItem.record_type(), conflict.item.number)
        return JsonResponse({"state": "conflict", "sentence": str(conflict), **theirs}, status=409)
    except sync.Refused as refusal:
        return JsonResponse({"state": "refused", "sentence": str(refusal)}, status=422)
    except PermissionDenied:
        sentence = "You may not write on this audit any more. Ask whoever leads it."
        return JsonResponse({"state": "refused", "sentence": sentence}, status=403)
    return JsonResponse({"state": "kept", "version": kept.version, **shown(audit, request, sent, kept)})


def shown(audit: Audit, request: PersonRequest, sent: sync.Sent, kept: Any) -> dict[str, Any]:
    """The question or note as it stands now; of a finding, the question it was made from."""
    if kept.kind == "finding":
        return part_of(audit, request.user, ChecklistItem.record_type(), sent.item)
    return part_of(audit, request.user, kept.record_type, kept.record_number)


@require_GET
@personal
def conduct_worker(request: PersonRequest) -> HttpResponse:
    """The service worker. It may speak for conduct screens only, never for another page of the portal."""
    path = settings.BASE_DIR / "static" / "js" / "conduct-worker.js"
    answer = HttpResponse(path.read_text(), content_type="text/javascript; charset=utf-8")
    answer.headers["Service-Worker-Allowed"] = "/conduct/"
    return answer
