"""Guards, one file each: what a plan must pass before anyone may approve it."""
