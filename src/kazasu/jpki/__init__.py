"""J-LIS's public-key certification service for individuals (公的個人認証サービス): certificates and their status."""
