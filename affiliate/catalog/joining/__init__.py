"""Items that are offers of one product: joined by themselves where that is certain, by a person where it is likely."""
