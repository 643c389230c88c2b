"""The ground floor as a Django app, for its template tags and commands; it has no models."""

from __future__ import annotations

from django.apps import AppConfig


class LibConfig(AppConfig):
    name = "cmo_portal.lib"
    label = "lib"
