"""地理库 geospatial library of palmmap: districts, addresses, datums, sites and images.

It knows no database, no Streamlit and no business words, and imports nothing from the rest of palmmap.
"""
