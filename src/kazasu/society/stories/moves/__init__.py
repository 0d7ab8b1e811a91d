"""Moves as they happen in life, told by declared steps, each read back through another institution's door.

``kazasu story moving --of NAME`` plays one; :mod:`.listed` has all of them.
"""
