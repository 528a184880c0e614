"""指标 one indicator, one function; the registry is the list of them."""
