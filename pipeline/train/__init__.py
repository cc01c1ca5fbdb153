"""Fits what stands in models/: categories (category), single problem sentences (problem), parts of a report (roles).

`shipped` makes all three as they are in the package, `own` one for an office; `zicha train` calls both. Needs
scikit-learn (`pip install 'zicha[train]'`); using the models does not.
"""
