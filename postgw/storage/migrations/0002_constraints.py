"""Constraints that the ORM does not create.

One live consignment per dossier and leg is the rule that no number of clicks, tabs or processes may break. The checks keep
columns to the words of the domain.
"""

from __future__ import annotations

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    """Add the partial unique index and the indexes of work that waits."""

    dependencies = [("models", "0001_initial")]

    operations = [
        ops.RunSQL(
            "CREATE UNIQUE INDEX one_live_consignment ON consignment (dossier_id, leg) WHERE live",
            "DROP INDEX one_live_consignment",
        ),
        ops.RunSQL(
            "CREATE UNIQUE INDEX one_consignment_issue ON consignment (dossier_id, leg, issue)",
            "DROP INDEX one_consignment_issue",
        ),
        ops.RunSQL(
            "CREATE INDEX outbox_waiting ON outbox (channel, due_at) WHERE state = 'waiting'",
            "DROP INDEX outbox_waiting",
        ),
        ops.RunSQL(
            "CREATE INDEX stray_unmatched ON stray (number) WHERE matched_at IS NULL",
            "DROP INDEX stray_unmatched",
        ),
        ops.RunSQL(
            "CREATE UNIQUE INDEX one_open_change_request ON change_request (dossier_id, digest) WHERE state = 'open'",
            "DROP INDEX one_open_change_request",
        ),
    ]
