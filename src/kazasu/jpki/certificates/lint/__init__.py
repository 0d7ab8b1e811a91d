"""Is a certificate what the profile says? One rule a file in ``rules``; all are asked before each signature."""

from kazasu.jpki.certificates.lint.linter import RULES, Broken, Case, Rule, lint

__all__ = ["RULES", "Broken", "Case", "Rule", "lint"]
