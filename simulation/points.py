"""Name the files by which the harness and the processes that it strikes speak."""

from __future__ import annotations

FOLDER = "THADS_FAULTS_FOLDER"
"""The variable that names the folder of these files."""
DIE = "die-after-commit"
DEATHS = "deaths.jsonl"
CLOCK = "clock"
MOOD = "mood.json"
STRUCK = "struck"
