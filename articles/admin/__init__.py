from articles.admin import edition, shelves, trail  # noqa: F401 (importing them registers them)
