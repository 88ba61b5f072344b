"""Products, items, offers, price history and coupons; the resolver that fills them."""
