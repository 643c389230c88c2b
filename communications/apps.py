"""Registers the app."""

from django.apps import AppConfig


class CommunicationsConfig(AppConfig):
    name = "communications"

    def ready(self) -> None:
        from communications.deadlines import hooks  # noqa: F401 - declares cards, search and tabs
        from communications.messages import hooks as messages  # noqa: F401 - declares subjects, deadlines, cards, search
        from communications.notices import outgoing, runs
        from communications.portal import hooks as portal  # noqa: F401 - the same
        from communications.profiles import hooks as profiles  # noqa: F401 - declares subject, deadline, card, search, tab
        from communications.updates import hooks as updates  # noqa: F401 - the same

        outgoing.listen()
        runs.declare()
