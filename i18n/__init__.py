"""Give words, dates and money in Vietnamese and in English. Pure."""
