"""`oxidize why`: who put a file or module into what a target writes."""
