"""Puts everything together; the only package that knows every other."""
