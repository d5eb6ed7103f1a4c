"""Say what a dossier is and what may happen to it: facts in, assessment out. Pure."""
