"""Documents of sections, sentences, tables and charts: said once, then HTML, PDF or a screen."""
