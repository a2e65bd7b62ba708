"""What the live service remembers, in a database: SQLite by default, PostgreSQL by URL."""
