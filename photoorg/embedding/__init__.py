"""CLIP: models, devices, encoders; the only place that imports torch."""
