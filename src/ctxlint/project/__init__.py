"""The files of a project: which there are, what they import, whose names they use."""
