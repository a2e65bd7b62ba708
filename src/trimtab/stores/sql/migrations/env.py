"""Run migrations over the connection that the caller holds, within its transaction."""

from alembic import context

from trimtab.stores.sql._web_tables import TABLES

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=TABLES,
    render_as_batch=True,  # SQLite alters a table by copying it
    transactional_ddl=False,  # the caller's transaction is the one that counts
)
context.run_migrations()
