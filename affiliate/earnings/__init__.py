"""Network events, order lines, attribution, split plans and the ledger."""
