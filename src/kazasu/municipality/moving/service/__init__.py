"""What a city hall does, by desk. One transaction each; nobody else is asked inside one."""
