"""What every service of the product shares."""
