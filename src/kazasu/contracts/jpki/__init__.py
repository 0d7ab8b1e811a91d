"""What J-LIS's public-key service may be asked and told."""
