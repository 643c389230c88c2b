"""The tabs of a CMO's page: its sites, its people, its documents, its history."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.lists import listing
from cmo_portal.lib.pages import render_page
from cmo_portal.records.gate import page
from vendors.registry import actions
from vendors.registry.edits import form_page, restore_record, retire_page
from vendors.registry.files import add_file, shelf
from vendors.registry.forms import ContactForm
from vendors.registry.frame import CONTACTS, DOCUMENTS, HISTORY, SITES, cmo_frame
from vendors.registry.history import history_of
from vendors.registry.models import Contact, Site
from vendors.registry.views import crumbs_of, found_vendor

SITE_SORTS = {"name": ("name", "number")}
CONTACT_SORTS = {"role": ("role", "name", "number")}


@page(P.CMO_VIEW)
def cmo_sites(request: PersonRequest, number: str) -> HttpResponse:
    context = cmo_frame(request, number, SITES)
    rows = Site.objects.visible_to(request.user).filter(vendor=context["vendor"]).filter(is_retired=False)
    context["sites"] = listing(request, rows.with_counts(timezone.localdate()), sorts=SITE_SORTS, noun="site")
    return render_page(request, "vendors/cmo_sites.html", None, context)


@page(P.CMO_VIEW)
def cmo_contacts(request: PersonRequest, number: str) -> HttpResponse:
    """Whom to call for what, the first to call above."""
    context = cmo_frame(request, number, CONTACTS)
    rows = Contact.objects.visible_to(request.user).filter(vendor=context["vendor"], is_retired=False)
    context["contacts"] = listing(request, rows.select_related("site"), sorts=CONTACT_SORTS, noun="contact", size=50)
    return render_page(request, "vendors/cmo_contacts.html", None, context)


@page(P.CMO_VIEW)
def cmo_documents(request: PersonRequest, number: str) -> HttpResponse:
    context = cmo_frame(request, number, DOCUMENTS)
    if request.method == "POST":
        answer = add_file(request, context["vendor"])
        if answer is not None:
            return answer
    context |= shelf(request, context["vendor"])
    return render_page(request, "vendors/cmo_documents.html", None, context)


@page(P.HISTORY_VIEW)
def cmo_history(request: PersonRequest, number: str) -> HttpResponse:
    """Who changed what of the CMO, when and why."""
    context = cmo_frame(request, number, HISTORY)
    context["history"] = history_of(context["vendor"], request)
    return render_page(request, "vendors/cmo_history.html", None, context)


@page(P.CMO_EDIT)
def contact_create(request: PersonRequest, number: str) -> HttpResponse:
    vendor = found_vendor(request, number)
    form = ContactForm(request.POST or None, instance=Contact(vendor=vendor))

    def act() -> None:
        actions.add_contact(vendor, by=request.user, **form.values())

    back = reverse("vendors:cmo-contacts", args=[number])
    crumbs = [*crumbs_of(vendor), ("Contacts", back)]
    return form_page(request, form, act, heading="Add a contact", back=back, said="Contact added.", crumbs=crumbs)


def found_contact(request: PersonRequest, number: str) -> Contact:
    rows = Contact.objects.visible_to(request.user).select_related("vendor__sponsor", "site")
    contact: Contact = get_object_or_404(rows, number=number)
    return contact


@page(P.CMO_EDIT)
def contact_edit(request: PersonRequest, number: str) -> HttpResponse:
    contact = found_contact(request, number)
    name = contact.name
    form = ContactForm(request.POST or None, instance=contact)

    def act() -> None:
        actions.revise(contact, by=request.user, version=form.opened_version, reason=form.reason, **form.values())

    back = reverse("vendors:cmo-contacts", args=[contact.vendor.number])
    crumbs = [*crumbs_of(contact.vendor), ("Contacts", back)]
    return form_page(request, form, act, heading=f"Edit {name}", back=back, said=f"{name} saved.", crumbs=crumbs)


@page(P.CMO_EDIT)
def contact_retire(request: PersonRequest, number: str) -> HttpResponse:
    contact = found_contact(request, number)
    back = reverse("vendors:cmo-contacts", args=[contact.vendor.number])
    undo = reverse("vendors:contact-restore", args=[number])
    return retire_page(request, contact, name=contact.name, back=back, undo=undo, crumbs=crumbs_of(contact.vendor))


@require_POST
@page(P.CMO_EDIT)
def contact_restore(request: PersonRequest, number: str) -> HttpResponse:
    contact = found_contact(request, number)
    back = reverse("vendors:cmo-contacts", args=[contact.vendor.number])
    return restore_record(request, contact, name=contact.name, back=back)
