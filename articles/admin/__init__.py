from articles.admin import bundle, edition, error_reports, front_page, photo, shelves, trail  # noqa: F401 (importing them registers them)
