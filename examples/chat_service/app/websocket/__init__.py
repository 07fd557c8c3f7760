"""What happens to the messages of a chat socket."""
