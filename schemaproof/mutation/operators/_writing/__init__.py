"""
The SQL in which operators write their mutants.
"""
