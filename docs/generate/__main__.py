"""Write the generated documents, and take away what none of them is any more."""

from __future__ import annotations

import sys

from docs.generate.files import orphans, write_all
from docs.generate.places import LAW


def main() -> None:
    """Write the documents; name each that changed."""
    for path, text in write_all().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            sys.stdout.write(f"{path.relative_to(LAW.parents[1])}\n")
    for path in orphans():
        path.unlink()
        sys.stdout.write(f"{path.relative_to(LAW.parents[1])} (removed)\n")


if __name__ == "__main__":
    main()
