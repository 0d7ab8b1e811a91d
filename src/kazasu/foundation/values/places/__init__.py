"""Japan's places: towns and their postcodes, and how addresses are read."""
