"""Runs migrations on the connection that `service.ledger.database.migrate` hands over."""

from __future__ import annotations

from alembic import context

from service.ledger.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=False)
context.run_migrations()
