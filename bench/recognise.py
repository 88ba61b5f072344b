"""Recognition: how many pasted texts a second all networks together tell apart, on one core, over the whole corpus."""

from __future__ import annotations

import json
import time

import django

from bench.rows import Row

ROUNDS = 25
LEAST = 20_000


def run() -> list[Row]:
    """The best of many rounds, in time of the processor: what else the machine does is not this claim's business."""
    django.setup()
    from affiliate.catalog.recognise import items_in
    from affiliate.networks.registry import adapter_class, slugs
    from affiliate.networks.tests.corpus import MERCHANT, pasted

    merchants = json.dumps([MERCHANT | {"hosts": [MERCHANT["hosts"]]}])
    adapters = [adapter_class(slug)({"MERCHANTS": merchants} if slug == "direct" else {}) for slug in slugs()]
    corpus = pasted()
    best = 0.0
    for _ in range(ROUNDS):
        begun = time.process_time()
        found = [items_in(sample.text, adapters) for sample in corpus]
        best = max(best, len(corpus) / (time.process_time() - begun))
        if any(len(refs) != len(sample.items) for refs, sample in zip(found, corpus, strict=True)):
            raise RuntimeError("A text was not recognised as it should be: see affiliate/catalog/tests/test_corpus.py.")
    what = f"texts/s on one core, {len(corpus)} pasted texts, {len(adapters)} networks"
    return [Row("recognition", what, LEAST, round(best), round(best / LEAST, 2), 1.0)]
