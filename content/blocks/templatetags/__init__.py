"""Template filters of the reader's pages."""
