"""The paper broker: an account that trades on real prices with money that is none."""
