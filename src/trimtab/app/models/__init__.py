"""Learned models of a household: kept, checked, promoted by a person, and handed to a policy."""
