"""The resources of the API, one module each with its `ROUTER`; what they share is in `web.api`.

Errors: every refusal is `application/problem+json`, see `problems`.
"""
