"""查询 reads: DataFrames of what a viewer may see, as known on a day; viewer first, engine last."""
