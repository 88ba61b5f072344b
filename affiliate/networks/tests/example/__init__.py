"""The adapter that `docs/how-to/write-an-adapter.md` writes in an afternoon, for a network called 样例联盟."""
