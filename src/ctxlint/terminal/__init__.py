"""Where output goes: streams, files, and the progress bar."""
