"""Sentences and numbers for readers."""
