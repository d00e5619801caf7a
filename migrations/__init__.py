"""The history of PixCrawler's schema; see README.md beside this file."""
