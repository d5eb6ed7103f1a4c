"""Be the `thads` command: read what people type and files hold, and print the answer."""
