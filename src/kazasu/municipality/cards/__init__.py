"""The card desk: cards that carry an address of before are continued."""
