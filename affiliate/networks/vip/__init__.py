"""唯品会联盟 (VIP.com Union)."""
