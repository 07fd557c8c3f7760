"""The rules: a folder for each, with what it looks for, how it finds it, and its page."""
