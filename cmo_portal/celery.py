"""The Celery application: finds every subject's `tasks.py` and runs each task as a named system actor."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cmo_portal.settings")
app = Celery("cmo_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    [
        "cmo_portal.records",
        "vendors.registry",
        "vendors.regulatory",
        "vendors.selection",
        "communications.notices",
    ]
)
