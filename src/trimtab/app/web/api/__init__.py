"""What the API's resources are made of: shapes, refusals, pages of lists, answers given once.

The resources themselves are in `api_v1`, one module each.  Errors: none.
"""
