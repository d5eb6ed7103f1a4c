"""Fit the register, the directory and the channels to what digests ask for."""
