"""Pages of whoever reads a published profile: the tab of a CMO, one version, its print, the mark that it was read."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from cmo_portal.accounts.forms import ReasonForm
from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.pages import render_page, say
from cmo_portal.records.actors import PARTNER, SPONSOR
from cmo_portal.records.attachments import attachments_of
from cmo_portal.records.gate import page
from cmo_portal.records.workflow import WrongState
from communications.profiles import publishing
from communications.profiles.compare import differences
from communications.profiles.models import ProfileReading, Publication, PublishedContent
from communications.profiles.own_views import OWN, TITLE
from communications.profiles.words import published_sections
from vendors.registry.edits import form_page
from vendors.registry.frame import cmo_frame
from vendors.registry.models import Vendor

TAB = "Profile"
VERSIONS = 50


def versions_of(vendor: Vendor, reader: User) -> list[Publication]:
    """The versions of a relation that the reader knows of, the newest first, each with whether it can be read."""
    rows = Publication.objects.visible_to(reader).filter(vendor=vendor).select_related("reading")
    return list(rows.order_by("-published_at", "-pk")[:VERSIONS])


def said_by(publication: Publication, reader: User) -> PublishedContent | None:
    rows = PublishedContent.objects.open_to(reader).filter(publication=publication)
    found: PublishedContent | None = rows.select_related("publication").first()
    return found


def reading_of(publication: Publication, reader: User) -> ProfileReading | None:
    found: ProfileReading | None = ProfileReading.objects.visible_to(reader).filter(publication=publication).first()
    return found


def shown(said: PublishedContent, reader: User) -> dict[str, Any]:
    """What a page shows of a content, and whether it is what was published."""
    return {
        "said": said,
        "sections": published_sections(said, list(attachments_of(said, reader))),
        "is_intact": publishing.digest_of(said.content) == said.publication.digest,
    }


def compared(said: PublishedContent, vendor: Vendor, reader: User) -> dict[str, Any]:
    """What is new since the sponsor's last look."""
    look = publishing.last_look(vendor, reader)
    before = publishing.read_content(look, reader)
    return {
        "look": look,
        "is_lost": look is not None and before is None,
        "changes": differences(before, said.content) if before is not None else [],
        "is_first": before is None,
    }


def thread_url(publication: Publication, reader: User) -> str:
    if not reader.may(P.MESSAGE_POST):
        return ""
    start = f"?type={publication.record_type()}&about={publication.number}"
    return f"{reverse('communications:thread-create')}{start}"


@page(P.CMO_VIEW)
def cmo_profile(request: PersonRequest, number: str) -> HttpResponse:
    """The newest profile that this CMO published to the reader's company, with what is new since the last look."""
    user, context = request.user, cmo_frame(request, number, TAB)
    vendor: Vendor = context["vendor"]
    versions, said = versions_of(vendor, user), publishing.newest(vendor, user)
    context |= {
        "versions": versions,
        "said": said,
        "may_import": user.may(P.PROFILE_IMPORT) and not vendor.is_retired,
        "only_changes": request.GET.get("show") == "changes",
    }
    if said is not None:
        fact = said.publication
        context |= shown(said, user) | compared(said, vendor, user)
        context |= {
            "publication": fact,
            "reading": reading_of(fact, user),
            "may_mark": user.may(P.PROFILE_MARK),
            "thread_url": thread_url(fact, user),
        }
    return render_page(request, "communications/cmo_profile.html", None, context)


def found_publication(request: PersonRequest, number: str) -> Publication:
    rows = Publication.objects.visible_to(request.user).select_related("vendor__sponsor", "vendor__company")
    found: Publication = get_object_or_404(rows, number=number)
    return found


def frame_of(request: PersonRequest, publication: Publication) -> dict[str, Any]:
    """What the page of one version shows: to its sponsor while it is open, to its CMO always."""
    user, vendor = request.user, publication.vendor
    is_partner = user.company_kind == PARTNER
    said = said_by(publication, user)
    above = [(TITLE, reverse(OWN))] if is_partner else [
        (vendor.name, vendor.get_absolute_url()), (TAB, reverse("communications:cmo-profile", args=[vendor.number]))
    ]  # fmt: skip
    return {
        "publication": publication,
        "vendor": vendor,
        "is_partner": is_partner,
        "reading": reading_of(publication, user),
        "said": said,
        "crumbs": [*above, (f"Version {publication.revision}", "")],
        "name": said.content["company"] if said is not None else vendor.name,
        **(shown(said, user) if said is not None else {}),
    }


@page(P.PROFILE_VIEW)
def publication_detail(request: PersonRequest, number: str) -> HttpResponse:
    """One version as it was published; after a withdrawal its sponsor reads the fact alone."""
    publication = found_publication(request, number)
    user, context = request.user, frame_of(request, publication)
    can_read = context["said"] is not None
    context |= {
        "may_mark": can_read and user.company_kind == SPONSOR and user.may(P.PROFILE_MARK),
        "may_discard": can_read and publication.is_imported and user.may(P.PROFILE_IMPORT),
        "thread_url": thread_url(publication, user),
    }
    return render_page(request, "communications/publication_detail.html", None, context)


@page(P.PROFILE_VIEW)
def publication_print(request: PersonRequest, number: str) -> HttpResponse:
    """The version without the frame, for paper."""
    context = frame_of(request, found_publication(request, number))
    return render_page(request, "communications/publication_print.html", None, context)


@require_POST
@page(P.PROFILE_MARK)
def publication_mark(request: PersonRequest, number: str) -> HttpResponse:
    """Says for the reader's company that this version was read."""
    publication = found_publication(request, number)
    try:
        publishing.mark_read(publication, by=request.user)
    except WrongState as error:
        say(request, str(error))
    else:
        say(request, f"Version {publication.revision} is marked as read for your company.")
    return redirect("communications:cmo-profile", publication.vendor.number)


@page(P.PROFILE_IMPORT)
def publication_discard(request: PersonRequest, number: str) -> HttpResponse:
    """Takes an imported file out of use."""
    rows = Publication.objects.visible_to(request.user).exclude(key_id="").select_related("vendor")
    publication = get_object_or_404(rows, number=number)
    back, form = (
        reverse("communications:cmo-profile", args=[publication.vendor.number]),
        ReasonForm(request.POST or None),
    )

    def act() -> None:
        publishing.discard_import(publication, by=request.user, reason=form.cleaned_data["reason"])

    return form_page(
        request, form, act, heading="Take the imported profile out of use", back=back, verb="Take it out of use",
        said="The imported profile is out of use.",
    )  # fmt: skip
