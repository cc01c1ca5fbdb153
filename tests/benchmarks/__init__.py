"""Measurements that are run by hand; the tests do not need them, and nothing here is part of the package."""
