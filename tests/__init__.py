"""
What PixCrawler's schema promises, as tests; ``facts`` says what, the rest proves it.
"""
