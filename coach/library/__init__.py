"""The library: Markdown read into passages, kept in an index, searched."""
