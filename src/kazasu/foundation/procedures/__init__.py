"""Procedures as data: journeys of steps and cases as tables. It knows no procedure of any institution."""
