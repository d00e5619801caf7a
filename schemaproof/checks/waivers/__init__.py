"""The exceptions that the project granted itself."""
