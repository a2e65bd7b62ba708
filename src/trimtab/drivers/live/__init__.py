"""The live driver: the same cycle as everywhere, with answers that outlive a crash and real orders.

`durable` answers the cycle from the store, `engine` carries its orders to brokers and their fills
into the books, `reconcile` holds both against each other.
"""
