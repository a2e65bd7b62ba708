"""The dashboard and the API: what people see in a browser, and what programs ask over HTTP.

It computes nothing of its own: it reads the journal, the store and the engine's answers, and it
sends commands.
"""
