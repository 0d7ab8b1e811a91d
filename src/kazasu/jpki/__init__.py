"""J-LIS's public-key certification service for individuals (公的個人認証サービス): holds certificates, their status and who
held them; never sees an individual number."""
