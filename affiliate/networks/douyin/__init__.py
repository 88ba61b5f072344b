"""抖音, through the e-commerce CPS of 穿山甲 (Pangle)."""
