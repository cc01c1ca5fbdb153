"""Fits what stands in models/: the roles of sentences (roles.py) and the categories (category.py)."""
