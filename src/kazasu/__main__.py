"""``python -m kazasu``: the same commands as ``./kazasu``, in an environment of one's own."""

from kazasu.cli import main

main()
