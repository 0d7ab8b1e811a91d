"""“Log in now”: the sandbox's own test client goes through a real login with a party's settings, so that nobody needs a server."""
