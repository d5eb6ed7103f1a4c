"""Try the whole engine under faults: real processes, a seeded schedule, a ledger outside them."""
