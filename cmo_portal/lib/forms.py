"""How every form looks: one field template, one error summary, so that `{{ form }}` is a finished form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms.renderers import DjangoTemplates
from django.template import TemplateDoesNotExist, loader
from django.utils.formats import localize
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

DJANGO_S_EMPTY = BLANK_CHOICE_DASH[0][1]


class Select:
    """Draws a list of choices as Django's own templates do, which take two more for each choice.

    Lists with hundreds of choices stand above every long list, and were most of what such a page costs.
    """

    def render(self, context: Mapping[str, Any], request: Any = None) -> SafeString:
        widget = context["widget"]
        nothing = "Choose" if widget["required"] else "Not chosen"
        parts = [format_html('<select name="{}"', widget["name"]), attributes(widget["attrs"]), ">"]
        for label, options, _ in widget["optgroups"]:
            if label:
                parts.append(format_html('<optgroup label="{}">', label))
            parts += [drawn_option(option, nothing) for option in options]
            if label:
                parts.append("</optgroup>")
        return SafeString("".join([*parts, "</select>"]))


def drawn_option(option: Mapping[str, Any], nothing: str) -> str:
    said = nothing if option["label"] == DJANGO_S_EMPTY else option["label"]
    value, label = conditional_escape(str(option["value"])), conditional_escape(localize(said))
    return f'<option value="{value}"{attributes(option["attrs"])}>{label}</option>\n'


def attributes(attrs: Mapping[str, Any]) -> str:
    """` name="value"` of each; True is a name alone, False nothing."""
    given = [(name, value) for name, value in attrs.items() if value is not False]
    return "".join(format_html(" {}", n) if v is True else format_html(' {}="{}"', n, str(v)) for n, v in given)


OURS = {"django/forms/widgets/select.html": Select()}


class Renderer(DjangoTemplates):
    """Forms are drawn with the project's templates first and with Django's own widgets where there is none."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, Any] = {}

    def get_template(self, template_name: str) -> Any:
        """Looked up once a process: a page draws a dozen fields, most with templates that only Django has."""
        if template_name not in self.found or settings.DEBUG:
            self.found[template_name] = OURS.get(template_name) or self.look_up(template_name)
        return self.found[template_name]

    def look_up(self, template_name: str) -> Any:
        try:
            return loader.get_template(template_name)
        except TemplateDoesNotExist:
            return super().get_template(template_name)
