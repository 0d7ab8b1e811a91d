"""The card as its chip behaves: files, keys, PINs and the applications on it. It never sees a database."""
