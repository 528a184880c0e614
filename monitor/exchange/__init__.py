"""数据交换 files in and out: Excel, GIS, OC4IDS."""
