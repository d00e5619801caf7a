"""
What is done on throwaway databases to a history and to its tables, once for all checks that ask.
"""
