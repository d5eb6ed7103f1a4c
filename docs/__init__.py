"""Hold the documents, and what makes the generated ones."""
