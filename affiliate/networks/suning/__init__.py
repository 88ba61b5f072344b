"""苏宁联盟 (Suning Union)."""
