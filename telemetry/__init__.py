"""Counts of what happens, for those who watch. Knows nothing of ours; all but the case core may use it."""
