"""What is done of moves abroad and from there."""
