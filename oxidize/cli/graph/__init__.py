"""`oxidize graph`: targets, actions and sources as text, data or pictures."""
