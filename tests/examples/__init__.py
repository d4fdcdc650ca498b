"""A small app of the tests alone, with migrations as they should be and as they must not be."""
