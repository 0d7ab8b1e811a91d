"""What a certificate says: the published profile and its rules, how long it is good, which keys are too weak."""
