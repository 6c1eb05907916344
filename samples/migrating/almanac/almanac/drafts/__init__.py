"""Not for handing out."""
