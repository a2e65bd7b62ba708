"""The nouns: frozen values that every other room speaks about.

Standard library only, no behaviour beyond what follows from a value's own fields.  Errors that a
person can cause are `trimtab.model.errors.InputError`; broken promises are `InvariantError`.
"""
