"""The desk: the pages on which a team submits, watches, reviews, corrects, approves and releases.

Templates, styles, scripts and catalogues lie in `web/`; `docs/desk.md` says how a page is added.
"""
