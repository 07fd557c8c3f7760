"""`ctxlint history`: when the findings of a git repository were born and fixed."""
