"""The days ahead and the clock of two sides as pictures: well formed, escaped, and placed where the values say."""

from __future__ import annotations

from datetime import date, timedelta
from xml.etree import ElementTree

from cmo_portal.lib.agenda import FIRST, LAST, LATE_AT, AgendaLane, Dated, agenda, clock_bar

TODAY = date(2026, 11, 25)
EVIL = "<script>\"&'"
PICTURE = agenda(
    [
        AgendaLane(EVIL, [Dated(TODAY), Dated(TODAY + timedelta(days=90), is_ours=False)]),
        AgendaLane("N" * 80, [Dated(TODAY - timedelta(days=4)), Dated(TODAY - timedelta(days=9), is_ours=False)]),
        AgendaLane("Beyond", [Dated(TODAY + timedelta(days=91))]),
    ],
    TODAY,
    EVIL,
)


def root(picture: str) -> ElementTree.Element:
    return ElementTree.fromstring(picture)  # noqa: S314 - our own text


def marks(picture: str) -> list[tuple[str, str]]:
    """(shape's class, place) of each mark."""
    return [(svg[0].attrib["class"], svg.attrib["x"]) for svg in root(picture).iter("svg") if "x" in svg.attrib]


def test_pictures_are_well_formed_without_inline_style_and_escape_words() -> None:
    for picture in (PICTURE, clock_bar(1, 2), clock_bar(0, 0)):
        for element in root(picture).iter():
            assert "style" not in element.attrib and element.tag != "script"
    assert "<script" not in PICTURE and "&lt;script&gt;" in PICTURE


def test_marks_stand_at_their_days() -> None:
    assert marks(PICTURE) == [
        ("ag-us", f"{FIRST:.2f}%"),
        ("ag-them", f"{LAST:.2f}%"),
        ("tl-bad", f"{LATE_AT:.2f}%"),
    ], "today, the last day, what is late; nothing beyond"


def test_several_of_a_side_within_three_days_are_one_mark_with_their_number() -> None:
    ours = [Dated(TODAY + timedelta(days=n)) for n in (0, 2, 1, 3)]
    picture = agenda([AgendaLane("A", [*ours, Dated(TODAY, is_ours=False)])], TODAY, "t")
    places = [place for kind, place in marks(picture) if kind == "ag-us"]
    assert len(places) == 2 and places[0] == f"{FIRST:.2f}%", "three together, and the fourth by itself"
    assert [kind for kind, _ in marks(picture)] == ["ag-us", "ag-us", "ag-them"]
    assert ">3<" in picture and ">1<" not in picture
    assert ">2<" in PICTURE, "two are late"


def test_marks_of_two_sides_on_one_day_do_not_cover_each_other() -> None:
    picture = agenda([AgendaLane("A", [Dated(TODAY), Dated(TODAY, is_ours=False)])], TODAY, "t")
    heights = [float(svg.attrib["y"]) for svg in root(picture).iter("svg") if "x" in svg.attrib]
    assert abs(heights[0] - heights[1]) > 12


def test_a_long_name_is_cut() -> None:
    assert "N" * 43 + "…" in PICTURE and "N" * 45 not in PICTURE


def test_the_axis_names_mondays_apart_from_today() -> None:
    words = [element.text for element in root(PICTURE).iter("text") if element.attrib.get("y") == "11"]
    assert words[0] == "today" and "14 Dec" in words and "7 Dec" not in words


def widths(picture: str) -> list[float]:
    return [float(e.attrib["width"]) for e in root(picture).iter("rect") if e.attrib["class"].startswith("ag-")]


def test_the_clock_is_shared_as_the_time_was() -> None:
    assert widths(clock_bar(1, 3, width=80)) == [20.0, 60.0]
    assert widths(clock_bar(0, 5, width=80)) == [0.0, 80.0]
    assert widths(clock_bar(0, 0)) == [], "nobody has used any time"
