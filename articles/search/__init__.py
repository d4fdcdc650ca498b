"""Full text search: one normaliser, one index, two engines that answer alike."""
