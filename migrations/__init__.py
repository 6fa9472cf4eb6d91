"""Migrations of the database: expand first, contract later."""
