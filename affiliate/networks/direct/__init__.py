"""Merchants that pay us themselves: links from a template, orders by signed postback or by file."""
