"""
The project's own suite, which judges what no check noticed.
"""
