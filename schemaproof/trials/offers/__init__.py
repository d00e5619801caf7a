"""
Rows that are offered to the tables of a migrated database, and what became of each.
"""

from schemaproof.trials.offers.answer import Answer
from schemaproof.trials.offers.counter import Counter
from schemaproof.trials.offers.hints import BadHint, known_breaks, known_rows
from schemaproof.trials.offers.offers import Offers

__all__ = ["Answer", "BadHint", "Counter", "Offers", "known_breaks", "known_rows"]
