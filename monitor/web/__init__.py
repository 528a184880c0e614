"""网页服务 one ASGI app: Streamlit, data, tiles, health."""
