"""What a household could do today, as a front: no plan on it is beaten in everything by another."""
