"""京东联盟 (JD Union)."""
