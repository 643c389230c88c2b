"""Registers the app."""

from django.apps import AppConfig


class CommunicationsConfig(AppConfig):
    name = "communications"

    def ready(self) -> None:
        from communications.notices import outgoing, runs

        outgoing.listen()
        runs.declare()
