"""What the rules find, and the edits that repair it: imported only for files that may have it."""
