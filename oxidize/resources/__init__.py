"""The resource model and the container that holds resources."""
