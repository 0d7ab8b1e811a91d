"""What the bank does: one transaction each; nobody else is asked inside one."""
