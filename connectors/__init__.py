"""One outside system per module. A connector makes one call out and says how it ended; it never retries."""
