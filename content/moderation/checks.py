"""Looks a post through before it is published. Findings warn; an editor decides; what was found and decided is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from bs4 import BeautifulSoup
from django.utils.translation import gettext_lazy as _

from content.moderation import words
from content.pages.api import AiUse, Post, made_by_ai, picture_ids

Text = tuple[str, str]
"""Where it stands (`title`, `card`, `text`) and the words."""

SENTENCES: dict[str, Any] = {
    "absolute": _("Absolute words need bounds: name the range, the time and the record, or say it plainly."),
    "bare_low": _("“Lowest ever” needs its window and source, such as “lowest in 180 days, our record since 1 March”."),
    "list_price": _("“原价” has a meaning in law that nobody here can prove. Write 常价, 标价 or 厂商建议零售价."),
    "medical": _("Ordinary goods may not be praised with words of medicine or disease."),
    "gated": _("Tobacco, e-cigarettes, prescription drugs and substitutes for breast milk cannot be advertised here."),
    "sales": _(
        "Numbers of buyers must come from the shop and be true: name the source and the day, or leave them out."
    ),
    "quoted": _("A quoted figure or authority needs its source, its scope and its day."),
    "ai_undeclared": _("A picture carries the mark of an AI generator, but the post declares no AI."),
    "ai_experience": _("A machine has used nothing: generated text with purchase links may not speak of experience."),
    "used_for": _("A review with purchase links should say how long the thing was used."),
    "renewal": _("Automatic renewal must stand in the conditions, where readers see it before they buy."),
}
RISKS: dict[str, Any] = {
    "absolute": _("Advertising Law 9, 57: 200,000 to 1,000,000 yuan"),
    "bare_low": _("Advertising Law 9, 28; Price Fraud Rules 19"),
    "list_price": _("Price Fraud Rules 16: up to 500,000 yuan"),
    "medical": _("Advertising Law 17, 58: up to 200,000 yuan or five times the fee"),
    "gated": _("Internet Advertising Measures 6"),
    "sales": _("Advertising Law 28; Competition Law 9"),
    "quoted": _("Advertising Law 11"),
    "ai_undeclared": _("AI Labelling Measures"),
    "ai_experience": _("Advertising Law 28, 38"),
    "used_for": _("Advertising Law 38"),
    "renewal": _("Consumer Law Regulations 10"),
}
ALWAYS_SERIOUS = frozenset({"gated", "ai_experience"})
SERIOUS_IN_TITLES = frozenset({"absolute", "bare_low", "list_price", "medical"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at. Serious: whoever lets it pass should have a reason."""

    rule: str
    where: str
    word: str = ""
    around: str = ""
    serious: bool = False

    @property
    def sentence(self) -> str:
        """What is wrong and what to do."""
        return str(SENTENCES[self.rule])

    @property
    def risk(self) -> str:
        """The rule behind it."""
        return str(RISKS[self.rule])

    def as_row(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self)


def check_texts(texts: Iterable[Text]) -> list[Finding]:
    """Findings in words alone, each word once a place."""
    found: dict[tuple[str, str, str], Finding] = {}
    for where, text in texts:
        for hit in words.hits(text):
            serious = hit.rule in ALWAYS_SERIOUS or (where != "text" and hit.rule in SERIOUS_IN_TITLES)
            found.setdefault(
                (hit.rule, where, hit.word), Finding(hit.rule, where, hit.word, hit.around, serious=serious)
            )
    return sorted(found.values(), key=lambda finding: not finding.serious)


def check(post: Post) -> list[Finding]:
    """Findings in a post: its words, and what its fields say together."""
    found = [*_together(post), *check_texts(texts_of(post))]
    return sorted(found, key=lambda finding: not finding.serious)


def _together(post: Post) -> list[Finding]:
    sells = any(value.item is not None for _path, value in post.products())
    found = []
    if post.ai_use == AiUse.NONE and made_by_ai([post.cover_id, *picture_ids(post)]):
        found.append(Finding("ai_undeclared", "text"))
    if post.ai_use == AiUse.GENERATED and sells:
        found.append(Finding("ai_experience", "text", serious=True))
    if post.kind == "review" and sells and not getattr(post, "used_for", ""):
        found.append(Finding("used_for", "text"))
    renews = any(word in text for _where, text in texts_of(post) for word in ("连续包月", "自动续费"))
    if renews and post.kind == "deal" and not getattr(post, "conditions", ""):
        found.append(Finding("renewal", "text"))
    return found


def texts_of(post: Post) -> list[Text]:
    """Every word of a post that a writer typed, by where readers meet it."""
    texts: list[Text] = [("title", post.title), ("title", post.seo_title), ("card", post.verdict)]
    texts += [("card", getattr(post, name, "")) for name in ("price_note", "conditions", "shipping")]
    texts.append(("text", post.search_description))
    for child in post.body:
        if child.block_type == "product":
            value = child.value
            card = [value.get(name) or "" for name in ("own_title", "reason", "not_for")]
            texts += [("card", text) for text in [*card, *(value.get("pros") or ()), *(value.get("cons") or ())]]
        else:
            texts += [("text", text) for text in block_texts(child)]
    return [(where, text) for where, text in texts if text]


def block_texts(child: Any) -> list[str]:
    """The words of a block that is no product."""
    if child.block_type == "paragraph":
        return [plain(child.value.source)]
    if child.block_type == "picture":
        return [child.value.get("caption") or "", child.value.get("credit") or ""]
    if child.block_type == "quote":
        return [child.value.get("text") or "", child.value.get("who") or ""]
    return [str(child.value)]


def plain(html: str) -> str:
    """The words of rich text, a line a paragraph: a word half of which is bold stays one word."""
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup.find_all(["p", "li", "h3", "br"]):
        tag.insert_after("\n")
    return soup.get_text()
