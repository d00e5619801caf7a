"""
Downgrades as they are run when a deploy is taken back.
"""

from schemaproof.trials.rollbacks.rollbacks import Rollbacks

__all__ = ["Rollbacks"]
