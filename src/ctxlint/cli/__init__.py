"""The command line: click, and nothing that only a command needs."""
