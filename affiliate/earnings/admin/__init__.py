"""The room's pages in the Wagtail admin: an author's earnings, and the operator's twin of them."""
