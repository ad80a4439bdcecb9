"""The two versions a judgement carries. No module but this one states them."""

PACKAGE = "0.1.0"
"""Version of the package."""

RULESET = "2"
"""Version of the rules: raised in the same commit as any change that can change a verdict."""
