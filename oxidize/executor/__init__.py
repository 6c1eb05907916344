"""The executor: store, action cache, scheduler and what running actions see."""
