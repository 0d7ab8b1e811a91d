"""The sandbox: holds seeds, personas, the country's clock and stories; founds the country. Never installed in production."""
