"""A run over files: many files, one file, its fixes, and what earlier runs found."""
