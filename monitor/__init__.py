"""掌上地图应用 the palmmap application: rules, lights, store, services and screens."""

import os

__version__ = "0.1.0"

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# read when NumPy is loaded: threads that wait for one another cost a site of 2-m pixels almost twice its time
