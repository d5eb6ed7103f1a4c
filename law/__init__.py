"""Say what the law says: dated rules as data, and the counting of time. Pure."""
