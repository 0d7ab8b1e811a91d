"""What all institutions stand on; knows none of them."""
