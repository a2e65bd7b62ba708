"""Migrations of the live service's database, run by Alembic from the package itself."""
