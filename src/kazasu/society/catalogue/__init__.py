"""The catalogue of faults as a page: every place filled with an example, and where each can be met on purpose."""
