"""The page cache: a small WSGI layer in front of Django that answers with ready pages (decision 21).

It holds what anybody would be answered, and for as long as the site is what it was: see `watch`. `kept` says which
pages that are, `pages` keeps them within a byte limit, `front` answers.
"""
