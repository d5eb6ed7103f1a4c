"""Do every side effect, safe to repeat; adapters come in through ports."""
