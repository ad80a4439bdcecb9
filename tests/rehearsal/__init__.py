"""The chart's pods, run from the image's root file system by a runtime of containers, where no cluster is.

`make rehearse` builds the root file system and runs them; `oci.py` says what a kubelet and a runtime make of
a pod.
"""
