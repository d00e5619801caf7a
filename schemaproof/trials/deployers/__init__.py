"""
Let several deployers upgrade one database at the same time.
"""

from schemaproof.trials.deployers.at_once import Deployer, deploy_at_once

__all__ = ["Deployer", "deploy_at_once"]
