"""Pages of certificates and licences: one of them with its copies, adding, revising, retiring."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.pages import render_page
from cmo_portal.records.gate import page
from vendors.registry import actions, site_actions
from vendors.registry.edits import form_page, restore_record, retire_page
from vendors.registry.files import add_file, shelf
from vendors.registry.forms import CertificateForm
from vendors.registry.history import history_of
from vendors.registry.models import Certificate
from vendors.registry.site_views import found_site, site_crumbs


def found_certificate(request: PersonRequest, number: str) -> Certificate:
    rows = Certificate.objects.visible_to(request.user)
    rows = rows.select_related("site__vendor__sponsor", "site__vendor__company")
    certificate: Certificate = get_object_or_404(rows, number=number)
    return certificate


@page(P.SITE_VIEW)
def certificate_detail(request: PersonRequest, number: str) -> HttpResponse:
    """The certificate's facts and its copies; a POST adds a copy."""
    certificate = found_certificate(request, number)
    if request.method == "POST":
        answer = add_file(request, certificate)
        if answer is not None:
            return answer
    context: dict[str, Any] = {
        "certificate": certificate,
        "crumbs": [*site_crumbs(request, certificate.site), (certificate.number, "")],
        "may_edit": request.user.may(P.SITE_EDIT),
        "history": history_of(certificate, request) if request.user.may(P.HISTORY_VIEW) else None,
    }
    return render_page(request, "vendors/certificate_detail.html", None, context | shelf(request, certificate))


@page(P.CERTIFICATE_ADD)
def certificate_create(request: PersonRequest, number: str) -> HttpResponse:
    site = found_site(request, number)
    form = CertificateForm(request.POST or None, instance=Certificate(site=site))

    def act() -> Certificate:
        return site_actions.add_certificate(site, by=request.user, **form.values())

    return form_page(
        request,
        form,
        act,
        heading=f"Add a certificate of {site.name}",
        back=site.get_absolute_url(),
        said="Certificate added: add a copy of it next.",
        crumbs=site_crumbs(request, site),
    )


@page(P.SITE_EDIT)
def certificate_edit(request: PersonRequest, number: str) -> HttpResponse:
    certificate = found_certificate(request, number)
    name, crumbs = str(certificate), site_crumbs(request, certificate.site)
    form = CertificateForm(request.POST or None, instance=certificate)

    def act() -> None:
        actions.revise(certificate, by=request.user, version=form.opened_version, reason=form.reason, **form.values())

    back = certificate.get_absolute_url()
    return form_page(request, form, act, heading=f"Edit {name}", back=back, said=f"{name} saved.", crumbs=crumbs)


@page(P.SITE_EDIT)
def certificate_retire(request: PersonRequest, number: str) -> HttpResponse:
    certificate = found_certificate(request, number)
    undo = reverse("vendors:certificate-restore", args=[number])
    crumbs = site_crumbs(request, certificate.site)
    return retire_page(
        request, certificate, name=str(certificate), back=certificate.get_absolute_url(), undo=undo, crumbs=crumbs
    )


@require_POST
@page(P.SITE_EDIT)
def certificate_restore(request: PersonRequest, number: str) -> HttpResponse:
    certificate = found_certificate(request, number)
    return restore_record(request, certificate, name=str(certificate), back=certificate.get_absolute_url())
