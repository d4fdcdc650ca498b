"""Kills the real thing, or takes it away, while people read and write: what was acknowledged must still be there."""
