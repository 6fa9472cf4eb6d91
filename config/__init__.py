"""What differs between installations and from date to date, read and checked once, at start."""
