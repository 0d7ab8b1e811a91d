"""What a relying party sent, which check it met, what to change (peers §6: loved at TARA-Mock and spid-saml-check)."""
