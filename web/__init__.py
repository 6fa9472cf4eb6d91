"""What speaks HTTP: webhooks coming in, health, and the pages of the people who work here."""
