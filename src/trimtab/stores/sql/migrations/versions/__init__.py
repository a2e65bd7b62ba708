"""One module a migration; each says which it follows."""
