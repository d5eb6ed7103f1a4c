"""Reach people: one file for each way, and one for the words of a message."""
