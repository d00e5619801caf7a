"""
One project on the databases of one run, and the parts of it that checks ask for.
"""

from schemaproof.subject.deploys import Locks
from schemaproof.subject.live import Live
from schemaproof.subject.subject import Subject

__all__ = ["Live", "Locks", "Subject"]
