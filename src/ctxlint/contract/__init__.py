"""Knowledge of a code base and of libraries: data."""
