"""What the ORM's own command wants to know when it writes a migration: `make migration NAME=what_changed`.

It compares the page of tables with the migrations and opens no database, so the URL here names none.
"""

from __future__ import annotations

from .database import connection_settings

TORTOISE_ORM = connection_settings("sqlite://:memory:", reader=False)
