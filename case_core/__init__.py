"""The rules: what a case is, what may happen to it, and what it asks for. Standard library only."""
