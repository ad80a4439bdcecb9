"""How much of a cluster a training run needs: arithmetic and simulation, on what was measured.

Pure but for `measure`, which drives a private service, and `plots`. Nothing of the service imports it.
"""
