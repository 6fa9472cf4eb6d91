"""How rows get worked on: rings say which rows are waiting; the transport carries rings and nothing else."""
