"""The frame around pages: navigation from one table, toasts, fragments, and forms that explain themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from django import forms
from django.http import HttpRequest
from django.template import engines, loader
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from cmo_portal.accounts.demo import PEOPLE
from cmo_portal.lib.pages import render_page, say_now
from cmo_portal.navigation import DEMO_ACCOUNTS, groups, shell
from cmo_portal.styleguide import ActionForm, samples

pytestmark = [pytest.mark.urls("tests.look.urls"), pytest.mark.embedded]


@dataclass
class Visitor:
    """Someone who is signed in and holds some permissions."""

    company_kind: str = "sponsor"
    permissions: set[str] = field(default_factory=lambda: {"selection.view", "cmo.view", "audit.view"})
    is_authenticated: bool = True
    name: str = "Quinn Marlowe"
    initials: str = "QM"
    company_name: str = "Northgate Biopharma"
    theme: str = "dark"
    single_keys: bool = False

    def may(self, permission: str) -> bool:
        return permission in self.permissions


def asked(path: str = "/", user: Any = None, **headers: str) -> HttpRequest:
    request = RequestFactory().get(path, headers=headers)
    request.user = user or Visitor()
    request.htmx = HtmxDetails(request)  # type: ignore[attr-defined]
    return request


def labels(user: Visitor, path: str = "/") -> list[str]:
    return [item["label"] for group in groups(user, path) for item in group["items"]]


def test_page_that_does_not_exist_is_left_out() -> None:
    assert labels(Visitor()) == ["Today", "Selections", "CMOs"]


def test_page_without_permission_is_left_out() -> None:
    assert labels(Visitor(permissions={"cmo.view"})) == ["Today", "CMOs"]


def test_partner_never_sees_selections() -> None:
    assert labels(Visitor(company_kind="partner")) == ["Home"]


@pytest.mark.parametrize(
    ("path", "current"), [("/", ["Today"]), ("/selections/SEL-2026-7K3QD/", ["Selections"]), ("/other/", [])]
)
def test_one_row_at_most_is_current(path: str, current: list[str]) -> None:
    found = [item["label"] for group in groups(Visitor(), path) for item in group["items"] if item["current"]]
    assert found == current


def test_demo_accounts_show_only_in_the_demo_and_signed_out(settings: Any) -> None:
    stranger = Visitor(is_authenticated=False)
    settings.DEMO = True
    assert shell(asked(user=stranger))["demo_accounts"] == DEMO_ACCOUNTS
    assert shell(asked())["demo_accounts"] == ()
    settings.DEMO = False
    assert shell(asked(user=stranger))["demo_accounts"] == ()


def page(request: HttpRequest, **context: Any) -> Any:
    return render_page(
        request,
        "styleguide.html",
        "_styleguide_form.html",
        samples() | {"form": ActionForm(), "saved": False, **context},
    )


def test_page_carries_the_persons_theme_and_keys() -> None:
    html = page(asked()).content.decode()
    assert 'data-theme="dark"' in html
    assert 'data-single-keys="off"' in html


def test_htmx_gets_the_fragment_and_a_link_the_page() -> None:
    fragment = page(asked(**{"HX-Request": "true"}))
    assert b"<html" not in fragment.content
    assert b"<html" in page(asked(**{"HX-Request": "true", "HX-Boosted": "true"})).content
    assert b"<html" in page(asked(**{"HX-Request": "true", "HX-History-Restore-Request": "true"})).content
    assert "HX-Request" in fragment.headers["Vary"]


def test_form_with_errors_answers_422_and_says_so_in_the_title() -> None:
    response = page(asked(), form=ActionForm({"due_date": "18.13.2026"}))
    assert response.status_code == 422
    assert "<title>Error: Components" in response.content.decode()


def test_error_stands_in_the_summary_and_at_its_field() -> None:
    html = str(ActionForm({"due_date": "18.13.2026", "owner": "pat", "severity": "minor", "told": "on"}))
    sentence = "Enter the date the CAPA action is due, like 18 12 2026"
    assert f'<a href="#id_due_date">{sentence}</a>' in html
    assert html.count(sentence) == 2
    assert "There is a problem</h2>" in html
    field_html = html[html.index('name="due_date"') :]
    assert 'aria-invalid="true"' in field_html
    assert 'aria-describedby="id_due_date_error"' in field_html
    assert 'id="id_due_date_error"' in html


def test_hint_describes_its_field() -> None:
    html = str(ActionForm())
    assert 'aria-describedby="id_action_helptext"' in html
    assert 'id="id_action_helptext"' in html
    assert "summary-err" not in html


def test_label_is_escaped() -> None:
    class Evil(forms.Form):
        name = forms.CharField(label="<b>x</b>")

    assert "&lt;b&gt;x" in str(Evil())


def drawn(source: str, request: HttpRequest | None = None, **context: Any) -> str:
    return engines["django"].from_string(source).render(context, request)


def test_link_keeps_the_other_filters() -> None:
    request = asked("/cmos/?state=late&page=3")
    assert drawn('{% url_with state="open" page=None %}', request) == "/cmos/?state=open"


def test_pill_and_avatar_escape_names() -> None:
    assert "<b>" not in drawn("{% pill name 'ok' %}{% avatar person %}", name="<b>", person=Visitor(name="<b>"))


def test_toast_of_a_fragment_travels_in_a_header() -> None:
    response = say_now(page(asked()), "F-04 accepted", "/undo/")
    assert response.headers["HX-Trigger"] == '{"toast": {"text": "F-04 accepted", "undo": "/undo/"}}'


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_error_page_needs_no_context(name: str) -> None:
    assert "<h1>" in loader.render_to_string(name)


def test_missing_answer_is_asked_for_by_its_name() -> None:
    class Plain(forms.Form):
        site = forms.CharField(label="Site name")
        country = forms.ChoiceField(choices=[("", ""), ("AT", "Austria")])
        agreed = forms.BooleanField(label="The site agreed")

    html = str(Plain({}))
    for words in ("Enter “Site name”", "Choose “Country”", "Tick “The site agreed”"):
        assert html.count(words) == 2
    assert "This field is required" not in html


def test_wrong_answer_is_named_with_what_to_write() -> None:
    class Plain(forms.Form):
        website = forms.URLField(label="Website", assume_scheme="https")
        email = forms.EmailField(label="E-mail")
        weight = forms.DecimalField(label="Weight", min_value=0)
        batches = forms.IntegerField(label="Batches", max_value=10)
        due = forms.DateField(label="Due on")
        name = forms.CharField(label="Name", max_length=3)
        country = forms.ChoiceField(label="Country", choices=[("AT", "Austria")])

    wrong = {"website": "not a url", "email": "foo", "weight": "-4", "batches": "11", "due": "soon", "name": "long"}
    html = str(Plain(wrong | {"country": "XX"}))
    for words in (
        "Write “Website” as an address, like https://example.com",
        "Write “E-mail” as an e-mail address, like name@example.com",
        "“Weight” must be 0 or more",
        "“Batches” must be 10 or less",
        "Write “Due on” as a date, like 2026-12-18",
        "“Name” has 4 characters: 3 fit",
        "Choose one of the answers that “Country” offers",
    ):
        assert html.count(words) == 2, words
    assert "valid" not in html.lower().replace("aria-invalid", "") and "Ensure" not in html


def test_demo_accounts_are_the_seeded_cast() -> None:
    assert {email for email, _ in DEMO_ACCOUNTS} == {f"{key}@{domain}" for key, _, domain, *_ in PEOPLE}
