"""Remember, wait and order: durable workflows and nothing else."""
