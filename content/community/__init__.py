"""What readers tell us: marks on deals and coupons."""
