"""`oxidize doctor`: whether this machine, and a project, have what builds need."""
