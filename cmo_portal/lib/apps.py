"""The library floor as a Django app: it brings template tags and commands, and no model."""

from __future__ import annotations

from django.apps import AppConfig


class LibConfig(AppConfig):
    name = "cmo_portal.lib"
    label = "lib"
    verbose_name = "Library"
