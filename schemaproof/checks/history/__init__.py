"""Going up and down the revisions."""
