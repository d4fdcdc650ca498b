from articles.admin import bundle, edition, front_page, photo, shelves, trail  # noqa: F401 (importing them registers them)
