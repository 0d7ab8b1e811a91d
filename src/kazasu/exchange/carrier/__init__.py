"""What brings letters and inquiries from one institution to another, and never reads what it carries."""
