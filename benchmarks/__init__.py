"""Measure what the engine costs, side by side with what else could be used; print, never fail."""
