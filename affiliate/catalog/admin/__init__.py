"""The room's pages in the Wagtail admin: merchants' feeds."""
