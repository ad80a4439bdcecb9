"""The command `verifier`: one file for each of its commands."""
