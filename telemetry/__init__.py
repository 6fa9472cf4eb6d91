"""Counts of what happens, for those who watch. Knows nothing of the rest, and may be used by all but the core."""
