"""One module for each caption format; `registry.py` lists the formats.

To add one: write a module here that ends in a `Format`, and name it in the registry.
"""
