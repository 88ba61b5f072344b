"""Approval numbers of medicine, devices and health food, and the sentence that the law wants beside each.

The sentences are the law's own words (Advertising Law 16 to 18), so they are no translations.
"""

from __future__ import annotations

import re

SENTENCES = {
    "health_food": "保健食品不是药物，不能代替药物治疗疾病。",
    "medicine": "请按药品说明书或者在药师指导下购买和使用。",
    "device": "请仔细阅读产品说明书或者在医务人员的指导下购买和使用。",
    "special_food": "请在医生或者临床营养师指导下使用。",
}
_SHAPES = {
    "health_food": re.compile(r"国食健[注字][GJ]?\s?\d{8}|食健备[GJ]?\s?\d{12}|卫食健字"),
    "medicine": re.compile(r"国药准字\s?[HZSJBF][A-Z]?\d{8}"),
    "device": re.compile(r"[械]注[准进许]\s?\d{11}|械备\s?\d{8}"),
    "special_food": re.compile(r"国食注字\s?TY\s?\d{8}"),
}


def kind_of(number: str) -> str:
    """health_food, medicine, device or special_food by the shape of the number; empty for what is none of them."""
    return next((kind for kind, shape in _SHAPES.items() if shape.search(number)), "")


def sentence_of(number: str) -> str:
    """What must stand beside goods of this number."""
    return SENTENCES.get(kind_of(number), "")
