"""A party that is masked says whether it was erased, and nothing else of it."""

from __future__ import annotations

from cases.parties import Party, masked


def test_masking_keeps_that_a_party_was_erased_and_no_name() -> None:
    parties = (
        Party(role="creditor", name="Người mẫu", address="Xã mẫu", place=1),
        Party(role="debtor", place=2, erased=True),
    )
    assert [party.as_file() for party in masked(parties)] == [
        {"place": 1},
        {"place": 2, "erased": True},
    ]
