"""`python -m pipeline.train` fits both models into models/; `--evaluate` only prints the held-out figures."""

from __future__ import annotations

import sys

from pipeline.train import category, roles


def main() -> int:
    """Run the training; the exit status is 0, or 1 with a message for the user."""
    if not sys.argv[1:]:
        roles.main([])
    return category.main()


if __name__ == "__main__":
    sys.exit(main())
