"""Due items learn of hours, sides and clocks, and the ledger of offsets in more than days.

Open items are woken, so that the first sweep plans them. The ledger begins anew: nothing was released with the old one.
"""

from typing import Any

from django.db import migrations, models
from django.db.models import Q
from django.utils import timezone


def wake(apps: Any, schema_editor: Any) -> None:
    apps.get_model("records", "DueItem").objects.filter(is_open=True).update(next_remind_at=timezone.now())


def begin(name: str) -> migrations.AddField:
    return migrations.AddField("dueitem", name, models.DateTimeField(default=timezone.now), preserve_default=False)


class Migration(migrations.Migration):
    dependencies = [("records", "0003_sealed_entries")]

    operations = [
        migrations.RemoveIndex("dueitem", "due_items_to_remind"),
        migrations.RemoveField("dueitem", "next_remind_date"),
        migrations.AddField("dueitem", "due_at", models.DateTimeField(null=True)),
        migrations.AddField("dueitem", "vendor_ref", models.CharField(blank=True, max_length=24)),
        migrations.AddField("dueitem", "facet", models.CharField(blank=True, max_length=20)),
        migrations.AddField("dueitem", "is_urgent", models.BooleanField(default=False)),
        migrations.AddField("dueitem", "side", models.CharField(default="sponsor", max_length=10)),
        migrations.AddField("dueitem", "owner_ref", models.CharField(blank=True, max_length=40)),
        migrations.AddField("dueitem", "sponsor_seconds", models.BigIntegerField(default=0)),
        migrations.AddField("dueitem", "partner_seconds", models.BigIntegerField(default=0)),
        migrations.AddField("dueitem", "closed_at", models.DateTimeField(null=True)),
        migrations.AddField("dueitem", "next_remind_at", models.DateTimeField(null=True)),
        *(begin(name) for name in ("held_since", "opened_at", "armed_at")),
        migrations.RunPython(wake, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            "dueitem",
            models.Index(fields=["next_remind_at", "id"], condition=Q(is_open=True), name="due_items_to_remind"),
        ),
        migrations.DeleteModel("ReminderEntry"),
        migrations.CreateModel(
            "ReminderEntry",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("wall_owner", models.BigIntegerField(editable=False, null=True)),
                ("wall_partner", models.BigIntegerField(editable=False, null=True)),
                ("wall_shared", models.BooleanField(default=False, editable=False)),
                ("kind", models.CharField(max_length=40)),
                ("record_number", models.CharField(max_length=24)),
                ("due_key", models.CharField(max_length=16)),
                ("offset", models.CharField(max_length=8)),
                ("claimed_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["kind", "record_number", "due_key", "offset"], name="one_reminder")
                ]
            },
        ),
    ]
