"""A household over some days: where it stands, what was decided and done, what waits."""
