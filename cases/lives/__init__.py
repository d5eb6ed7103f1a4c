"""How dossiers live: one table for each kind, from which the diagrams are drawn too."""
