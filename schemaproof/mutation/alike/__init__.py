"""
What models and migrations get wrong alike: nothing differs, so rows and plans have to tell.
"""
