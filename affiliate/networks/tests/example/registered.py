"""A plugin of pytest that registers the example beside the real networks, before the contract suite is collected."""

from __future__ import annotations

from affiliate.networks.registry import ADAPTERS

ADAPTERS["example"] = "affiliate.networks.tests.example.adapter:ExampleAdapter"
