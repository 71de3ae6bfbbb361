"""Content credentials (C2PA): whose a released film or still is, what was done, and whether a byte was changed since.

Files are signed on their way to an account, and what was approved stays as it is: an approval names the bytes that
somebody saw, and a signature says when they were released, which nobody knows before. So a published manifest has both
digests: `sha256` of what lies there, `approved_sha256` of what was approved.
"""
