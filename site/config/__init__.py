"""Settings, addresses and entry points: the one package of the plain folder `site/`."""
