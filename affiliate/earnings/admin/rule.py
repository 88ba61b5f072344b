"""The rule between code and link, said for people."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from affiliate.connections.api import CodeRule
from affiliate.earnings.models import Order
from affiliate.earnings.naming import rule_of

RULES = {
    CodeRule.CODE: _lazy(
        "An author's coupon code on the order decides, even where the buyer came through another author's link."
    ),
    CodeRule.LINK: _lazy(
        "The link that the buyer came through decides; an author's coupon code counts where no link of ours does."
    ),
}


def in_words(order: Order) -> str:
    """The rule that was agreed when the order was placed."""
    return _("%(rule)s (as agreed when the order was placed)") % {"rule": RULES[CodeRule(rule_of(order))]}
