"""What becomes of certificates: suspended, released, revoked; told by OCSP and by revocation lists."""
