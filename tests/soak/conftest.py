"""The database that keeps what it acknowledged, as crash tests have it."""

from __future__ import annotations

from ..crash.conftest import durable_postgres_url

__all__ = ["durable_postgres_url"]
