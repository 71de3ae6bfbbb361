"""What the HTTP service takes in and answers, and the limits that it keeps.

Every model has an example: OpenAPI shows it.
"""
