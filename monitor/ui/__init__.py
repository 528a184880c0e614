"""界面部件 frame, menu, widgets of the pages."""
