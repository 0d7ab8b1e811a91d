"""転出届 at the counter of the city that is left: of who does not give it at the portal, or cannot."""
