"""What waits of one sender is counted whenever something of theirs is kept aside."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0032_stray_sender")]

    initial = False

    operations = [
        ops.RunSQL(
            "CREATE INDEX stray_of_sender ON stray (sender, received_at) WHERE matched_at IS NULL",
            "DROP INDEX stray_of_sender",
        ),
    ]
