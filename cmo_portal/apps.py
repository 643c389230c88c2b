"""The roof as an app, so that the installation's own commands have a place."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "cmo_portal"
    label = "portal"
