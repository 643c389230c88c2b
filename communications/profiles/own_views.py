"""Pages of a CMO's own profile. No sponsor holds the right to any of them, so no answer differs by what exists."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.pages import render_page, say, wants_fragment
from cmo_portal.lib.wording import counted
from cmo_portal.records.forms import place
from cmo_portal.records.gate import page
from cmo_portal.records.trail import StaleRecord
from communications.profiles import actions
from communications.profiles.forms import AnswerForm
from communications.profiles.models import Answer
from communications.profiles.publishing import evidence_of, shared_with
from communications.profiles.questionnaire import HOME_OF, QUESTIONS, SECTION_OF, Question, Section
from communications.profiles.sharing import shares_of
from communications.profiles.values import in_words, tidy
from communications.profiles.words import AskedAnswer, ending_certificates, meter, overview
from vendors.registry.files import add_file, shelf
from vendors.registry.forms import AttachForm
from vendors.registry.history import history_of

OWN = "communications:profile-own"
TITLE = "Company profile"


def found_section(code: str) -> Section:
    if code not in SECTION_OF:
        raise Http404("There is no such section.")
    return SECTION_OF[code]


def found_question(code: str) -> Question:
    if code not in QUESTIONS:
        raise Http404("There is no such question.")
    return QUESTIONS[code]


@page(P.PROFILE_WRITE)
def profile_own(request: PersonRequest) -> HttpResponse:
    """The whole profile: how complete and fresh each section is, and what each sponsor reads of it."""
    user = request.user
    profile = actions.profile_of(user)
    states = overview(profile, user)
    context = {
        "states": states,
        "meter": meter(states),
        "shares": shares_of(user),
        "shared": shared_with(user),
        "certificates": ending_certificates(user, timezone.localdate()),
        "may_publish": user.may(P.PROFILE_PUBLISH),
    }
    return render_page(request, "communications/profile_own.html", None, context)


@page(P.PROFILE_WRITE)
def profile_section(request: PersonRequest, code: str) -> HttpResponse:
    """One section with a form for each of its questions; each saves itself while it is written."""
    section, user = found_section(code), request.user
    profile = actions.profile_of(user)
    answers = [row for row in actions.answers_of(profile, user).values() if HOME_OF[row.question] is section]
    (state,) = overview(profile, user, sections=[section], files=evidence_of(answers, user))
    for row in state.rows:
        row.form = AnswerForm(question=row.asked, answer=row.answer)
    context = {"state": state, "section": section, "crumbs": [(TITLE, reverse(OWN)), (section.title, "")]}
    return render_page(request, "communications/profile_section.html", None, context)


@page(P.PROFILE_WRITE)
def profile_question(request: PersonRequest, code: str) -> HttpResponse:
    """One question: its answer, evidence and history. A POST of the form saves, and says that the answer is still right
    where that was pressed; any other POST adds a file."""
    asked, user = found_question(code), request.user
    answer = actions.answers_of(actions.profile_of(user), user).get(code)
    if request.method == "POST" and "answer" not in request.POST:
        if answer is None:
            say(request, "Answer the question first, then add its evidence.")
            return redirect(request.path)
        added = add_file(request, answer)
        if added is not None:
            return added
    form = AnswerForm(request.POST if "answer" in request.POST else None, question=asked, answer=answer)
    rows: list[tuple[str, str, str]] = []
    if form.is_bound and form.is_valid():
        try:
            kept = actions.save_answer(
                code, by=user, value=form.value(), as_of_date=form.cleaned_data["as_of_date"],
                version=form.cleaned_data["version"] or 0,
            )  # fmt: skip
        except StaleRecord as error:
            rows = conflict_rows(asked, error, form)
            if wants_fragment(request):
                context = {"rows": rows, "sentence": str(error)}
                return render(request, "audits/_draft_conflict.html", context, status=409)
            form = kept_open(asked, answer, request, error)
        except ValidationError as error:
            place(form, error)
        else:
            if "confirm" in request.POST and kept.is_given:
                actions.confirm(kept, by=user)
            return saved(request, kept)
    return question_page(request, asked, answer, form, rows)


def saved(request: PersonRequest, answer: Answer) -> HttpResponse:
    if wants_fragment(request):
        return render(request, "communications/_answer_saved.html", {"answer": answer})
    done = "Noted: still right today." if "confirm" in request.POST and answer.is_given else "Saved."
    say(request, f"{done} No sponsor reads it until you publish it.")
    back = reverse("communications:profile-section", args=[answer.home.code])
    return redirect(f"{back}#q-{answer.question}" if "stay" not in request.POST else request.path)


def conflict_rows(asked: Question, error: StaleRecord, form: AnswerForm) -> list[tuple[str, str, str]]:
    stored: Any = error.stored
    typed = in_words(asked.kind, tidy(asked.kind, form.value()), asked.unit)
    return [("Answer", stored.words, typed)]


def kept_open(asked: Question, answer: Answer | None, request: PersonRequest, error: StaleRecord) -> AnswerForm:
    """The form once more with what was typed; its next save is over what the colleague wrote."""
    sent = request.POST.copy()
    sent["version"] = str(error.stored.version)
    form = AnswerForm(sent, question=asked, answer=answer)
    form.add_error(None, str(error))
    return form


def question_page(
    request: PersonRequest, asked: Question, answer: Answer | None, form: AnswerForm, rows: Any
) -> HttpResponse:
    section = HOME_OF[asked.code]
    if wants_fragment(request):
        row = AskedAnswer(asked, answer, [], timezone.localdate(), form)
        return render(request, "communications/_answer_form.html", {"row": row}, status=422)
    kept = shelf(request, answer) if answer is not None else {"files": [], "form": None, "may_retire_files": False}
    context: dict[str, Any] = {
        "asked": asked,
        "row": AskedAnswer(asked, answer, list(kept["files"]), timezone.localdate(), form),
        "answer_form": form,
        "differing": rows,
        "history": history_of(answer, request) if answer is not None else None,
        "crumbs": [
            (TITLE, reverse(OWN)),
            (section.title, reverse("communications:profile-section", args=[section.code])),
            (asked.code, ""),
        ],
    }
    if answer is not None and kept["form"] is None:
        kept["form"] = AttachForm(readers=[])
    return render_page(request, "communications/profile_question.html", None, context | kept)


@page(P.PROFILE_WRITE)
def answer_detail(request: PersonRequest, number: str) -> HttpResponse:
    """Where an answer stands: on the page of its question."""
    answer = get_object_or_404(Answer.objects.visible_to(request.user), number=number)
    return redirect("communications:profile-question", answer.question)


@require_POST
@page(P.PROFILE_WRITE)
def section_confirm(request: PersonRequest, code: str) -> HttpResponse:
    """Says of every answer of the section that is not fresh that it is still right."""
    section = found_section(code)
    count = actions.confirm_section(section.code, by=request.user)
    say(request, f"{counted(count, 'answer')} noted as still right." if count else "Every answer here is fresh.")
    return redirect("communications:profile-section", code)


@require_POST
@page(P.PROFILE_WRITE)
def section_mark(request: PersonRequest, code: str) -> HttpResponse:
    """Marks a section as confidential, or takes the mark away."""
    section, confidential = found_section(code), request.POST.get("confidential") == "on"
    actions.mark_confidential(section.code, by=request.user, confidential=confidential)
    say(request, "It goes only where a CDA is in force." if confidential else "It is confidential no more.")
    return redirect("communications:profile-section", code)
