"""The sandbox's people, made from one seed number: the same for the same seed."""
