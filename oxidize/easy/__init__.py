"""Easy mode: what somebody's script or project says of itself, and the build file that follows."""
