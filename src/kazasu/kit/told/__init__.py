"""What the identity service tells a relying party without being asked: that somebody signed out, and what happened."""
