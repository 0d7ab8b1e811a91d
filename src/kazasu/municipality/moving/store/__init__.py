"""Rows of a city hall: SQL in, typed values out. Every statement is within the tenant."""
