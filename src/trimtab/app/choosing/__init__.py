"""Choosing the policy that a mandate names: checked, shown against today's, written into it."""
