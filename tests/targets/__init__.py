"""The samples for other systems: `make targets`."""
