"""Write small statute books for tests: acts and topic files by name."""

from __future__ import annotations

from pathlib import Path


def act_file(number: str, in_force: str, rest: str = "") -> str:
    return (
        f'number = "{number}"\nin_force = {in_force}\nsource = "a copy"\n'
        f'name = {{ vi = "Luật", en = "Law" }}\nshort = {{ vi = "Luật", en = "Law" }}\n{rest}\n'
    )


def write_files(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder
