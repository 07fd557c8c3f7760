"""What the tool knows of a code base and of libraries: data."""
