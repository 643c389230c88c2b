"""The library of questions as a page: looked through by system, words and clause, and copied from."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from audits.conduct import checklist_actions, questions, template_actions
from audits.conduct.checklist_forms import LibraryForm
from audits.conduct.gates import sponsor_page
from audits.conduct.template_views import found_template, own_templates
from audits.conduct.vocabulary import System, TemplateStatus
from audits.programme.frame import found_audit
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.pages import render_page, say
from cmo_portal.lib.wording import counted

DRAFTS = 50  # drafts that the page offers to copy into


@sponsor_page(P.AUDIT_VIEW)
def library(request: PersonRequest) -> HttpResponse:
    """Every question with its clauses. `?template=` or `?audit=` names what chosen questions are copied into."""
    if request.method == "POST":
        return copy(request)
    form = LibraryForm(request.GET, systems=System.choices, sources=questions.sources())
    asked = form.cleaned_data if form.is_valid() else {}
    found = questions.find(
        system=asked.get("system", ""),
        words=asked.get("q", ""),
        source=asked.get("source", ""),
        clause=asked.get("clause", ""),
    )
    context: dict[str, Any] = {
        "filters": {"form": form},
        "chapters": [
            {"name": name, "questions": rows}
            for code, name in System.choices
            if (rows := [question for question in found if question.system == code])
        ],
        "count": len(found),
        "filtered": any(asked.values()),
        "version": questions.VERSION,
        "crumbs": [("Checklists", reverse("audits:template-list")), ("Library", "")],
        "may_copy": request.user.may(P.CHECKLIST_EDIT),
        **target(request),
    }
    return render_page(request, "audits/library.html", "audits/_library_rows.html", context)


def target(request: PersonRequest) -> dict[str, Any]:
    """What the chosen questions go into: the audit or draft that the address names, else the drafts to choose from."""
    if not request.user.may(P.CHECKLIST_EDIT):
        return {}
    if request.GET.get("audit"):
        audit = found_audit(request, request.GET["audit"])
        have = set(checklist_actions.on(audit).values_list("code", flat=True))
        return {"into": f"audit {audit.number}", "back": audit_url(audit), "have": have}
    if request.GET.get("template"):
        template = found_template(request, request.GET["template"])
        have = set(template_actions.live(template).values_list("code", flat=True))
        return {"into": str(template), "back": template.get_absolute_url(), "have": have}
    drafts = own_templates(request).filter(status=TemplateStatus.DRAFT).order_by("name", "number")[:DRAFTS]
    return {"drafts": list(drafts), "have": set()}


def audit_url(audit: Any) -> str:
    return reverse("audits:audit-checklist", args=[audit.number])


def copy(request: PersonRequest) -> HttpResponse:
    """Copies the chosen questions; those that are there already are left as they are."""
    template_actions.refuse_without_right(request.user)
    codes = request.POST.getlist("code")
    if not codes:
        say(request, "Choose the questions that you want to copy.")
        return redirect(request.get_full_path())
    by = request.user
    if request.GET.get("audit"):
        audit = found_audit(request, request.GET["audit"])
        count = checklist_actions.put_questions(audit, codes, by=by)
        say(request, f"{counted(count, 'question')} put onto the audit.")
        return redirect(audit_url(audit))
    number = request.GET.get("template") or request.POST.get("into", "")
    if not number:
        name = "New checklist"
        made = template_actions.create_template(by.company, by=by, name=name, codes=codes)
        say(request, "The checklist is a draft: give it a name and publish it.")
        return redirect("audits:template-edit", made.number)
    template = found_template(request, number)
    count = template_actions.add_from_library(template, codes, by=by)
    say(request, f"{counted(count, 'question')} added.")
    return redirect(template)
