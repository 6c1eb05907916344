"""`oxidize check`: what can be said of build files and rules without building anything."""
