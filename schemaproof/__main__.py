"""Run as ``python -m schemaproof``."""

import sys

from schemaproof.cli import main

sys.exit(main())
