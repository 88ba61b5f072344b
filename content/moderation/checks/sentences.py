"""What a writer is told of each finding: what is wrong, and what to do; and the rule behind it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Any] = {
    "absolute": _("Absolute words need bounds: name the range, the time and the record, or say it plainly."),
    "bare_low": _(
        "“Lowest ever” needs its window and source, such as “lowest in 180 days, our record since 1 March”; "
        "nobody can prove “on the whole web”."
    ),
    "list_price": _("“原价” has a meaning in law that nobody here can prove. Write 常价, 标价 or 厂商建议零售价."),
    "medical": _("Ordinary goods may not be praised with words of medicine or disease."),
    "gated": _("Tobacco, e-cigarettes, prescription drugs and substitutes for breast milk cannot be advertised here."),
    "sales": _(
        "Numbers of buyers must come from the shop and be true: name the source and the day, or leave them out."
    ),
    "quoted": _("A quoted figure or authority needs its source, its scope and its day."),
    "ranked": _("A place in a ranking needs to say whose ranking it is and of which day."),
    "ai_undeclared": _("A picture carries the mark of an AI generator, but the post declares no AI."),
    "ai_experience": _("A machine has used nothing: generated text with purchase links may not speak of experience."),
    "used_for": _("A review with purchase links should say how long the thing was used."),
    "own_use": _("Readers want to know how you came by it: choose under “Your own use of it”, it takes a second."),
    "renewal": _("Automatic renewal must stand in the conditions, where readers see it before they buy."),
    "terms": _("This price has a condition. Write it into the conditions, so that nobody is surprised at the till."),
    "threshold": _("The coupon needs more than one piece costs. Say in the conditions how many one has to take."),
    "cheaper_than_shop": _("The title names a lower price than the card. Say how to get it, or use the card's price."),
    "no_price": _("There is no price with a source yet. Readers will be sent to the shop to see it."),
    "goods_banned": _("This may not be advertised on the internet at all. Please take the product out."),
    "goods_unapproved": _(
        "Medicine, medical devices and health food need their approval number: fill it in on the product block."
    ),
    "approval_shape": _("The approval number does not look like one. Compare it with the package."),
    "health_endorsed": _("Nobody may recommend health goods with their own experience. Describe them soberly."),
    "health_page": _("Advice on health and the sale of health goods may not share a page. Take one of them out."),
    "health_link": _("A link to a shop may not stand on a page that gives advice on health."),
    "minors": _("This may not be advertised to people under 18. Take the product out, or the mark off the post."),
    "network_off": _("This network is switched off at the moment, so readers cannot buy there."),
    "landing_dead": _("The link leads to nothing any more. Choose another shop, or wait until it is back."),
    "landing_different": _("The shop shows another thing or a higher price than the card. Please look again."),
    "landing_untested": _("We have not opened this link within the last day. Open it yourself before it goes live."),
}
RISKS: dict[str, Any] = {
    "absolute": _("Advertising Law 9, 57: 200,000 to 1,000,000 yuan"),
    "bare_low": _("Advertising Law 9, 28; Price Fraud Rules 19"),
    "list_price": _("Price Fraud Rules 16: up to 500,000 yuan"),
    "medical": _("Advertising Law 17, 58: up to 200,000 yuan or five times the fee"),
    "gated": _("Internet Advertising Measures 6"),
    "sales": _("Advertising Law 28; Competition Law 9"),
    "quoted": _("Advertising Law 11"),
    "ranked": _("Advertising Law 11"),
    "ai_undeclared": _("AI Labelling Measures"),
    "ai_experience": _("Advertising Law 28, 38"),
    "used_for": _("Advertising Law 38"),
    "own_use": _("Advertising Law 38"),
    "renewal": _("Consumer Law Regulations 10"),
    "terms": _("Advertising Law 8; Price Fraud Rules 18"),
    "threshold": _("Advertising Law 8; Price Fraud Rules 18"),
    "cheaper_than_shop": _("Price Fraud Rules 20"),
    "no_price": _("Price Fraud Rules 16"),
    "goods_banned": _("Advertising Law 15, 20, 22; Internet Advertising Measures 6"),
    "goods_unapproved": _("Advertising Law 46; Internet Advertising Measures 7"),
    "approval_shape": _("Advertising Law 46; Internet Advertising Measures 7"),
    "health_endorsed": _("Advertising Law 16, 18"),
    "health_page": _("Internet Advertising Measures 8"),
    "health_link": _("Internet Advertising Measures 8"),
    "minors": _("Advertising Law 40"),
    "network_off": _("The networks' own rules"),
    "landing_dead": _("Internet Advertising Measures 18"),
    "landing_different": _("Internet Advertising Measures 18; Price Fraud Rules 20"),
    "landing_untested": _("Internet Advertising Measures 18"),
}
