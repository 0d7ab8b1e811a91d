"""The desk for integrators: a party registers by pages, changes its keys, asks for a review, invites."""
