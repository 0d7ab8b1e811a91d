"""Moving abroad and coming from there (国外転出, 国外転入): no other city hands anything over, the network alone is told."""
