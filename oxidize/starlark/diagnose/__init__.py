"""From what Starlark raises to diagnostics that say where, what and what to do."""
