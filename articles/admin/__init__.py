from articles.admin import edition, photo, shelves, trail  # noqa: F401 (importing them registers them)
