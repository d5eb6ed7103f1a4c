"""Replay the histories of every released version on today's workflow code."""
