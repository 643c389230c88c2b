"""How every form looks: one field template, one error summary, so that `{{ form }}` is a finished form."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.forms.renderers import DjangoTemplates
from django.template import TemplateDoesNotExist, loader

# Django draws every choice of a list with two templates more, which was a quarter of the cost of a page with filters.
OURS = {"django/forms/widgets/select.html": "forms/select.html"}


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
            self.found[template_name] = self.look_up(OURS.get(template_name, template_name))
        return self.found[template_name]

    def look_up(self, template_name: str) -> Any:
        try:
            return loader.get_template(template_name)
        except TemplateDoesNotExist:
            return super().get_template(template_name)
