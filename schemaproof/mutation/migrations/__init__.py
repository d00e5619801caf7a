"""
What only the migrations get wrong: one database, compared with what the models declare.
"""
