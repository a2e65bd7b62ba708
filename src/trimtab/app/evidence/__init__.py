"""What a backtest leaves behind: figures, a comparison, a page to read, and files for programs."""
