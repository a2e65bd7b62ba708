"""What the screens of lots, imports and the plan show, as tables and figures."""
