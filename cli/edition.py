"""Read the law that the settings name: the folders of the package, or an agency's own."""

from __future__ import annotations

from cases.conditions import check_conditions
from cases.practice import Practice, read_practice
from cases.predicates import names_known
from i18n.places import learn_acts
from law.edition import Edition, Shelf, read_edition
from settings import Settings, read_settings


def shelf_of(settings: Settings) -> Shelf:
    """Give the folders that the settings name."""
    return Shelf(
        names_known(), settings.statutes, settings.calendars, settings.readings, check_conditions
    )


def practice_of(settings: Settings | None = None) -> Practice:
    """Read the ladder and the norms; raise `DataFileError` where they cannot be used."""
    return read_practice((settings or read_settings()).ladder)


def law_in_use(settings: Settings | None = None) -> Edition:
    """Read the statute book and the calendar; raise `DataFileError` where they cannot be used."""
    edition = read_edition(shelf_of(settings or read_settings()))
    learn_acts(edition.book.acts)
    return edition
