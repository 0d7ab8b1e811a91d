"""What a proxy in front says of a request, and whose word that is."""
