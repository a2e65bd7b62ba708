"""The mandate in plain sentences: an investment policy statement that says nothing else.

Every sentence comes from a key of `mandate.toml` (or of `live.toml`, where people and limits of
sending stand) and carries its clause, so that two versions can be held against each other sentence
by sentence.  Nothing is judged and nothing advised.
"""
