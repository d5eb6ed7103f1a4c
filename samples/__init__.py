"""Make and keep the synthetic sample: a register of 300 cases and its directory."""
