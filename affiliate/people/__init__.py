"""Users, authors and agencies: whom credit and money belong to."""
