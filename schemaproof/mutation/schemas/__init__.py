"""
What a Pydantic schema gets wrong: one field of it, declared otherwise.
"""
