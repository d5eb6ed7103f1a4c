"""Turn rows into what managers read: digests, figures, workbooks. The rows are passed in."""
