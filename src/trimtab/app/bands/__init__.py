"""`trimtab bands`: where the household's no-trade zone ends, beside the bands of the field."""
