"""What lives and what is rare gets an index of its own."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0026_serial_gap")]

    initial = False

    operations = [
        ops.RunSQL(
            "CREATE INDEX outbox_parked ON outbox (channel, id) WHERE state = 'parked'", "DROP INDEX outbox_parked"
        ),
        ops.RunSQL(
            "CREATE INDEX consignment_live ON consignment (id, state) WHERE live", "DROP INDEX consignment_live"
        ),
        ops.RunSQL(
            "CREATE INDEX consignment_ended_otherwise ON consignment (since_at)"
            " WHERE NOT live AND state <> 'delivered'",
            "DROP INDEX consignment_ended_otherwise",
        ),
        ops.RunSQL(
            "CREATE INDEX consignment_to_desk ON consignment (to_desk, id) WHERE to_desk <> ''",
            "DROP INDEX consignment_to_desk",
        ),
        ops.RunSQL(
            "CREATE INDEX consignment_rare_leg ON consignment (leg, id) WHERE leg IN ('transfer', 'withdrawal')",
            "DROP INDEX consignment_rare_leg",
        ),
        ops.RunSQL(
            "CREATE INDEX consignment_rare_leg_of_desk ON consignment (desk, leg, id)"
            " WHERE leg IN ('transfer', 'withdrawal')",
            "DROP INDEX consignment_rare_leg_of_desk",
        ),
    ]
