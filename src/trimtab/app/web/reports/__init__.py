"""Reports and the policy statement as pages: what is shared by their screens."""
