"""Where target weights come from: one file a source, found by name as every plug-in is."""
