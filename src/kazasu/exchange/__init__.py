"""The carrier between institutions: letters and inquiries. It never sees what it carries."""
