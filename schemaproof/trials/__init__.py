"""
What is done to a history on throwaway databases, measured once for all checks that ask.
"""
