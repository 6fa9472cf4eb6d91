"""Stand-ins for the outside systems, spoken to over real HTTP. They import nothing of the hub."""
