"""The authorities and their keys: declared, made in a ceremony, kept, read once a process. No person's data."""
