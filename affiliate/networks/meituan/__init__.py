"""美团联盟, the CPS Open API."""
