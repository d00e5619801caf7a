"""
What a single revision gets wrong: slips in the statements that it sends.
"""
