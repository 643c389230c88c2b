"""Registers the app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CommunicationsConfig(AppConfig):
    name = "communications"

    def ready(self) -> None:
        from communications.deadlines import hooks  # noqa: F401 - declares cards, search and tabs
        from communications.guests import hooks as guests  # noqa: F401 - declares kinds and search
        from communications.inbound import hooks as inbound  # noqa: F401 - declares what becomes of mail, a card
        from communications.meetings import hooks as meetings  # noqa: F401 - declares deadlines, search, a tab
        from communications.messages import fulltext
        from communications.messages import hooks as messages  # noqa: F401 - declares subjects, deadlines, cards, search
        from communications.notices import outgoing, runs
        from communications.portal import hooks as portal  # noqa: F401 - the same
        from communications.profiles import hooks as profiles  # noqa: F401 - declares subject, deadline, card, search, tab
        from communications.updates import hooks as updates  # noqa: F401 - the same

        outgoing.listen()
        runs.declare()
        post_migrate.connect(fulltext.after_migrate, sender=self, dispatch_uid="cmo-message-words")
