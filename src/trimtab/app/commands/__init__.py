"""The commands of `trimtab`, one module each; `cli` loads one when it is called."""
