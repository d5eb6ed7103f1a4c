"""Write the generated documents of the statute book: `python -m docs.generate`."""
