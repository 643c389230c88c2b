"""What is drawn without a template of its own looks as if it had one, and what is kept is nobody's in particular."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.template import engines
from django.urls import reverse
from django.utils.functional import lazystr

from cmo_portal.lib.addresses import address_of

pytestmark = pytest.mark.embedded
CHOICES: list[Any] = [
    ("", "Any"),
    (1, "One & only"),
    ('"', "<b>'quoted'</b>"),
    ("late", lazystr("Said <later>")),
    ("12345", 12345),
    ("Group <1>", [("a", "A"), ("b", "B")]),
]


def options(markup: str) -> list[str]:
    """The tags and words in order; blanks between tags are nobody's."""
    return [line.strip() for line in markup.replace(">", ">\n").replace("<", "\n<").splitlines() if line.strip()]


@pytest.mark.parametrize(
    ("widget", "value"),
    [
        (forms.Select, ""),
        (forms.Select, "1"),
        (forms.Select, '"'),
        (forms.SelectMultiple, ["a", "late"]),
    ],
)
@pytest.mark.parametrize("attrs", [{}, {"required": True, "disabled": False, "data-x": '"&'}])
def test_a_list_of_choices_is_drawn_as_django_draws_it(widget: Any, value: Any, attrs: dict[str, Any]) -> None:
    field = forms.ChoiceField(choices=CHOICES)
    made = widget(attrs=attrs, choices=field.choices)
    ours, theirs = made.render("x", value), made.render("x", value, renderer=DjangoTemplates())
    assert options(ours) == options(theirs)
    assert "<b>" not in ours


def draw(template: str, **context: Any) -> str:
    return engines["django"].from_string(template).render(context)


NAVIGATION = '{% drawn_once "components/nav.html" nav=nav %}'


def rail(label: str, current: str = "") -> list[dict[str, Any]]:
    item = {"label": label, "url": "/x/", "icon": "house", "key": "", "current": current, "count": None}
    return [{"label": "", "items": [item]}]


def test_a_part_that_is_kept_follows_from_its_values_alone() -> None:
    assert "Here" in draw(NAVIGATION, nav=rail("Here")) and "There" in draw(NAVIGATION, nav=rail("There"))
    assert "aria-current" not in draw(NAVIGATION, nav=rail("Here"))
    assert 'aria-current="page"' in draw(NAVIGATION, nav=rail("Here", "page"))
    assert "&lt;b&gt;" in draw(NAVIGATION, nav=rail("<b>"))


def test_a_part_that_is_kept_takes_nothing_with_an_owner() -> None:
    """A person or a record among the values is refused: what is kept is shown to everybody who has the same."""
    with pytest.raises(TypeError):
        draw(NAVIGATION, nav=[object()])


def test_a_part_that_is_kept_sees_nothing_else_of_the_page() -> None:
    drawn = draw('{% drawn_once "components/brand.html" %}', me={"company_name": "Northgate Biopharma"})
    assert "Northgate" not in drawn


@pytest.mark.parametrize("name", ["vendors:cmo-detail", "audits:audit-detail", "audits:audit-schedule"])
def test_the_address_of_a_record_is_what_reverse_says(name: str) -> None:
    for number in ("CMO-2026-7K3QD", "3N8CYHR8H8X842PX"):
        assert address_of(name, number) == reverse(name, args=[number])
