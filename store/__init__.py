"""Rows: inbox, outbox, cases, history, files. What is personal is encrypted here; rows never leave."""
