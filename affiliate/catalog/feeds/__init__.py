"""Products out of direct merchants' feeds: fetched or uploaded, read row by row, written where they differ."""
