"""Where and with whom a resident is registered, as the network and their city say now."""
