"""What anybody may fetch from the certification service: certificates of authorities, OCSP answers, revocation lists."""
