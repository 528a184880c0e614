"""Makes the sample projects of the demo from demo.yaml; used by build.py only."""
