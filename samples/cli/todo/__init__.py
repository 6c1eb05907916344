"""A list of things to do, in memory: click's subcommands and rich's tables."""
