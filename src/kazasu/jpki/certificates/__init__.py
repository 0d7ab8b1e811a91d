"""What a certificate says: the published profile, how long it is good, which keys are too weak."""
