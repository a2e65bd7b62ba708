"""Where a household stands in its tax year: lots and their age, losses to take, gains realised."""
