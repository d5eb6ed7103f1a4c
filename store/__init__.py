"""Keep the register in PostgreSQL: what is derived for people, and what must never be lost."""
