"""多多进宝 (Pinduoduo DDK)."""
