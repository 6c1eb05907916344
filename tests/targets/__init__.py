"""What `make targets` runs: the whole of what there is for other systems, in many minutes."""
