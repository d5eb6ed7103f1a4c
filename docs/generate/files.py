"""Say which generated documents there are, and what stands in each."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from cases.predicates import names_known
from docs.generate.gaps import write_gaps
from docs.generate.index import write_index
from docs.generate.pages import write_pages
from docs.generate.places import LAW
from docs.generate.stages import write_stages
from docs.generate.wording import write_wording
from law.corpus import the_book


@lru_cache(maxsize=1)
def write_all() -> dict[Path, str]:
    """Give each generated document with its text."""
    book = the_book(names_known())
    pages = write_pages(book) | {
        "README.md": write_index(book),
        "gaps.md": write_gaps(book),
        "stages.md": write_stages(book),
        "wording.md": write_wording(book),
    }
    return {LAW / path: text for path, text in sorted(pages.items())}


def orphans() -> list[Path]:
    """List the files in the folder of the pages that nothing writes any more."""
    return sorted(path for path in LAW.rglob("*") if path.is_file() and path not in write_all())
