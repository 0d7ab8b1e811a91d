"""Use cases of the register: one transaction each."""
