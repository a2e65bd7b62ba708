"""What the private investor's screens show, as values: pages read them and compute nothing."""
