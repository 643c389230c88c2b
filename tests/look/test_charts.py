"""Charts are plain SVG text: well formed, escaped, without inline style, and placed where the values say."""

from __future__ import annotations

import re
from datetime import date
from xml.etree import ElementTree

import pytest

from cmo_portal.lib.charts import (
    Inspection,
    Lane,
    Plan,
    columns,
    hbar,
    heat_class,
    plan_chart,
    sparkline,
    stacked,
    strip,
    timeline,
    weight_band,
)

EVIL = "<script>\"&'"
LANES = [Lane("Linz", [Inspection(date(2024, 7, 1), "OAI", EVIL)], [(date(2024, 7, 1), None)])]
PLANS = [Plan(date(2026, 11, 23), date(2026, 12, 1), date(2026, 12, 3), date(2027, 1, 2), EVIL)]
PICTURES = {
    "sparkline": sparkline([94, 95, 91], EVIL, target=95, state="warn"),
    "flat sparkline": sparkline([5, 5], "flat"),
    "sparkline of one": sparkline([5], "one"),
    "strip": strip(3, 3, 2, 4, split=True),
    "hidden strip": strip(None),
    "hbar": hbar(43.21),
    "stacked": stacked([25.2, 2.0, 30], 80),
    "weight band": weight_band(30, 8, 60),
    "timeline": timeline(LANES, date(2020, 1, 1), date(2027, 1, 1), date(2026, 11, 22), EVIL),
    "columns": columns([[3, 1], [0, 0]], ["major", "other"], [EVIL, "Q2 2026"], EVIL),
    "no columns": columns([], [], [], "nothing"),
    "plan": plan_chart(PLANS, date(2026, 11, 23)),
}


@pytest.mark.parametrize("name", PICTURES)
def test_every_chart_is_well_formed_and_without_inline_style(name: str) -> None:
    root = ElementTree.fromstring(PICTURES[name])  # noqa: S314 - our own text
    for element in root.iter():
        assert "style" not in element.attrib
        assert element.tag != "script"
        assert not [attribute for attribute in element.attrib if attribute.startswith("on")]


@pytest.mark.parametrize("name", ["sparkline", "timeline", "plan", "columns"])
def test_words_are_escaped(name: str) -> None:
    assert "<script" not in PICTURES[name]
    assert "&lt;script&gt;" in PICTURES[name]


def numbers(picture: str, css: str, attribute: str) -> list[float]:
    root = ElementTree.fromstring(picture)  # noqa: S314 - our own text
    return [
        float(e.attrib[attribute].rstrip("%")) for e in root.iter() if e.attrib.get("class", "").split(" ")[0] == css
    ]


def test_strip_spans_the_scale_it_is_given() -> None:
    assert numbers(strip(0, 0, 0, 5), "st-me", "cx") == [5.0]
    assert numbers(strip(5, 5, 0, 5), "st-me", "cx") == [45.0]
    assert numbers(strip(1, 1, 1, 1, minimum=1, maximum=5), "st-me", "cx") == [5.0]


def test_panel_stays_hidden_until_i_scored() -> None:
    assert "st-med" not in strip(None, 3, 2, 4)
    assert "st-hid" in strip(None, 3, 2, 4)


@pytest.mark.parametrize(("value", "drawn"), [(-5, 0), (43.21, 43.2), (140, 100)])
def test_bar_stays_within_its_track(value: float, drawn: float) -> None:
    assert numbers(hbar(value), "bar-fill", "width") == [drawn]


def test_narrow_segment_has_no_number() -> None:
    assert ">2.0<" not in stacked([40, 2.0], 100)
    assert ">40.0<" in stacked([40, 2.0], 100)


def test_second_segment_starts_where_the_first_ends() -> None:
    assert numbers(stacked([20, 20], 80), "c2", "x") == [25.0]


def test_weight_band_marks_only_the_points_where_the_leader_changes() -> None:
    assert numbers(weight_band(30, 0, 60), "fl-edge", "x") == []
    assert numbers(weight_band(30, 15, 45), "fl-edge", "x") == [25.0, 75.0]


def test_open_oai_reaches_today() -> None:
    picture = timeline(LANES, date(2024, 7, 1), date(2024, 7, 11), date(2024, 7, 6), "title")
    assert numbers(picture, "tl-span", "width") == [50.0]


def test_labels_that_would_touch_stand_on_both_sides_of_the_line() -> None:
    close = [Inspection(date(2024, 6, 1), "NAI", "one"), Inspection(date(2024, 6, 20), "VAI", "two")]
    picture = timeline([Lane("Linz", close)], date(2020, 1, 1), date(2027, 1, 1), date(2026, 1, 1), "title")
    assert '<text y="21" text-anchor="middle">one' in picture
    assert '<text y="-12" text-anchor="middle">two' in picture


@pytest.mark.parametrize(
    ("share", "step"), [(0.4, "r0"), (0.5, "r1"), (5, "r2"), (29.9, "r3"), (30, "r4"), (69, "r5"), (70, "r6")]
)
def test_heat_steps(share: float, step: str) -> None:
    assert heat_class(share) == step


def test_columns_stand_upon_each_other_with_their_sum_above() -> None:
    picture = columns([[1, 3], [0, 2]], ["major", "other"], ["Q1 2026", "Q2 2026"], "Findings", height=100)
    tall = [(css, numbers(picture, css, "y"), numbers(picture, css, "height")) for css in ("k-major", "k-other")]
    assert tall == [("k-major", [18], [25]), ("k-other", [43, 68], [75, 50])]
    assert re.findall(r'class="sum"[^>]*>(\d+)<', picture) == ["4", "2"]
