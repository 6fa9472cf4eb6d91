"""What people look at: read models with plain values, each with the query behind it. Nothing here writes."""
