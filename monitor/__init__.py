"""掌上地图应用 the palmmap application: rules, lights, store, services and screens."""

__version__ = "0.1.0"
