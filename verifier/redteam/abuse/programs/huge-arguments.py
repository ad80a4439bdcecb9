"""Starts programs with megabytes of arguments and environment.

Verdict: ACCEPTED
Gone: nothing
"""

import subprocess

found = []
for name, arguments, environment in (
    ("argument", ["x" * (8 << 20)], {}),
    ("arguments", ["x" * 1000] * (20 << 10), {}),
    ("environment", [], {f"V{n}": "x" * 1000 for n in range(20 << 10)}),
):
    try:
        subprocess.run(["/bin/true", *arguments], env=environment, check=True)
        found.append(name)
    except OSError:
        pass
print("\n".join(found) or "contained")
