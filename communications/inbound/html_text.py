"""The HTML of a mail as plain text: what is quoted gets its marks, so that one way of cutting serves both. Pure."""

from __future__ import annotations

import re
from html.parser import HTMLParser

BLOCKS = {
    *("address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset", "footer", "form"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table"),
    *("tbody", "tfoot", "thead", "tr", "ul"),
}
SPACED = {"p", "blockquote", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6"}
HIDDEN = {"head", "script", "style", "title", "template", "noscript", "object", "svg"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
DEEPEST = 60  # quotes within quotes
BLANKS = re.compile(r"\n{3,}")


class Reader(HTMLParser):
    """Collects lines. hidden: how many open elements hide what is in them; quoted: how many quote it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.line = ""
        self.quoted = self.pre = 0
        self.hidden: list[str] = []
        self.links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "body":
            self.hidden = []  # a head that nobody closed hides nothing of it
        if self.hidden:
            if tag == self.hidden[-1] and tag not in VOID:
                self.hidden.append(tag)
            return
        if tag in HIDDEN or (tag not in VOID and is_hidden(given)):
            self.hidden.append(tag)
        elif tag == "br":
            self.end_line()
        elif tag == "hr":
            self.begin_block(tag)
        elif tag in BLOCKS:
            self.begin_block(tag)
            self.quoted += tag == "blockquote"
            self.pre += tag == "pre"
            self.line += "- " if tag == "li" else ""
        elif tag in ("td", "th"):
            self.line += " " if self.line.strip() else ""
        elif tag == "a":
            self.links.append((given.get("href", ""), len(self.line)))

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            self.handle_starttag(tag, attributes)
        elif tag in BLOCKS and not self.hidden:
            self.begin_block(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.hidden:
            if tag == self.hidden[-1]:
                self.hidden.pop()
            return
        if tag == "a" and self.links:
            address, began = self.links.pop()
            shown = self.line[began:].strip()
            if address.startswith(("http://", "https://")) and shown and address.rstrip("/") != shown.rstrip("/"):
                self.line += f" ({address})"
        elif tag in BLOCKS:
            self.begin_block(tag)
            self.quoted -= tag == "blockquote" and self.quoted > 0
            self.pre -= tag == "pre" and self.pre > 0

    def handle_data(self, data: str) -> None:
        if self.hidden:
            return
        if self.pre:
            first, *others = data.split("\n")
            self.line += first
            for other in others:
                self.end_line()
                self.line = other
            return
        text = re.sub(r"[ \t\r\n\f]+", " ", data)
        self.line += text.lstrip(" ") if not self.line or self.line.endswith(" ") else text

    def begin_block(self, tag: str) -> None:
        if self.line.strip():
            self.end_line()
        self.line = ""
        if tag in SPACED and self.lines and self.lines[-1].strip("> "):
            self.lines.append(("> " * min(self.quoted, DEEPEST)).rstrip())

    def end_line(self) -> None:
        mark = "> " * min(self.quoted, DEEPEST)
        self.lines.append((mark + self.line.replace("\xa0", " ").rstrip()).rstrip())
        self.line = ""

    @property
    def text(self) -> str:
        if self.line.strip():
            self.end_line()
        return BLANKS.sub("\n\n", "\n".join(self.lines)).strip("\n")


def is_hidden(given: dict[str, str]) -> bool:
    style = given.get("style", "").replace(" ", "").lower()
    return "display:none" in style or "visibility:hidden" in style or "mso-hide:all" in style


def text_of_html(html: str) -> str:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader.text
