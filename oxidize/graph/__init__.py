"""The target graph as pure data: digests, artifacts, actions, targets and their keys."""
