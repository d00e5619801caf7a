"""What a database that lives is suffering from, or will."""
