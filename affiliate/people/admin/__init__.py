"""Authors and agencies as operators meet them in the admin."""
