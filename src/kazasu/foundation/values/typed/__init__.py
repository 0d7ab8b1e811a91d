"""What people type for numbers, amounts, telephone numbers and addresses of e-mail."""
