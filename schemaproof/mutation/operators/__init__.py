"""
What can be broken, one family of operators a file.

A file that is dropped in here is found, imported and thereby registered.
"""

import importlib
import pkgutil

for _module in pkgutil.iter_modules(__path__, f"{__name__}."):
    importlib.import_module(_module.name)
