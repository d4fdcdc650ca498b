"""A demonstration: facts from public sources, invented people marked as invented, and pictures drawn by code."""
