"""CLIP: models, devices, encoders; the only place that imports torch."""

import os

# Both are read when torch is imported. An operator that Apple's GPUs lack runs on the processor instead of failing.
os.environ.setdefault("PYTORCH_ENABLE_MPS_FALLBACK", "1")
# Threads that wait for each other sleep: spinning halves the speed where other programs want the cores as well.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
