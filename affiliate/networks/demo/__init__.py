"""The demo network: an affiliate network without keys, whose gateway and merchant is the demo shop beside it."""
