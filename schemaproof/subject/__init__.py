"""
One project on the databases of one run, and the parts of it that checks ask for.
"""

from schemaproof.subject.deploys import Locks
from schemaproof.subject.subject import Subject

__all__ = ["Locks", "Subject"]
