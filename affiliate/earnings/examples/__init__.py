"""What a merchant's engineer starts from; shown on the merchant's page and in the guide, and run by a test."""
