"""Names of files in a household's folder that commands know without reading them.  Errors: none."""

__all__ = ["MANDATE_NAME"]

MANDATE_NAME = "mandate.toml"
