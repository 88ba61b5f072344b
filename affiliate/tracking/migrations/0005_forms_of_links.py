"""The form of a link that a reader is given: three instead of two, with what is known of browsers and apps as a start;
which placements have an app link; which coupon is in a link.
"""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import F, OuterRef, Subquery

BROWSERS = ("browser", "uc", "quark", "qqbrowser", "vendor_browser")
PHONES = ("ios", "android")
IN_THE_APP = {
    "taobao": "A redirect seldom starts the app, a tap does; its web page asks for a login.",
    "douyin": "As Taobao.",
    "kuaishou": "As Taobao.",
}
SAFE_WAY = [
    ("weibo", "taobao", "Starting the app is blocked: the password is the sure way."),
    ("taobao_lite", "*", "Blocks or warns of other shops."),
    ("xianyu", "*", "Blocks or warns of other shops."),
    ("eleme", "*", "Blocks or warns of other shops."),
    ("meituan", "*", "Blocks or warns of other shops."),
    ("douyin_lite", "*", "Outside pages only through allowed entries."),
    ("toutiao", "*", "Rivals are blocked."),
]
OWN = [
    ("taobao", "eleme", "The same house."),
    ("taobao_lite", "taobao", "Its own shop."),
    ("xianyu", "taobao", "The same house."),
    ("eleme", "eleme", "Its own shop."),
    ("eleme", "taobao", "The same house."),
    ("alipay", "taobao", "The same house."),
    ("alipay", "eleme", "The same house."),
    ("meituan", "meituan", "Its own shop."),
    ("douyin_lite", "douyin", "Its own shop."),
    ("toutiao", "douyin", "The same house."),
    ("kuaishou", "kuaishou", "Its own shop."),
    ("kuaishou_lite", "kuaishou", "Its own shop."),
]


def rows():
    for app in BROWSERS:
        for platform in PHONES:
            for network, note in IN_THE_APP.items():
                yield app, platform, network, "app", note
    for platform in PHONES:
        yield "qq", platform, "taobao", "app", "Asks before unknown pages; a tapped app link works."
    for app, network, note in SAFE_WAY:
        yield app, "", network, "help", note
    for app, network, note in OWN:
        yield app, "", network, "web", note


def carry_over(apps, schema_editor):
    """What operators decided stays; a row of theirs for one of the new cases wins."""
    rule = apps.get_model("tracking", "AppRule")
    rule.objects.filter(helps=False).update(form="web")
    rule.objects.bulk_create(
        [
            rule(app=app, platform=platform, network=network, form=form, note=note)
            for app, platform, network, form, note in rows()
        ],
        ignore_conflicts=True,
    )
    link = apps.get_model("tracking", "PlacementLink")
    ready = link.objects.filter(state="ready")
    has_one = ready.exclude(deeplink="").exclude(deeplink__contains="{token}")
    target = apps.get_model("tracking", "ExitTarget")
    target.objects.filter(placement_id__in=has_one.values("placement_id")).update(app_link=True)
    # The links were asked for with the coupons of then: taken as those of now, or all would be asked for at once.
    coupon = apps.get_model("catalog", "Coupon")
    now_current = coupon.objects.filter(item__placements=OuterRef("placement_id"), current=True).values("pk")[:1]
    ready.update(coupon_id=Subquery(now_current))
    apps.get_model("tracking", "ExitVersion").objects.update(version=F("version") + 1)


def two_again(apps, schema_editor):
    rule = apps.get_model("tracking", "AppRule")
    rule.objects.exclude(form="help").update(helps=False)


class Migration(migrations.Migration):
    dependencies = [("tracking", "0004_ad_slots"), ("catalog", "0001_initial")]
    operations = [
        migrations.AddField(
            "apprule",
            "form",
            models.CharField(
                choices=[
                    ("web", "the shop's web page, in one hop"),
                    ("help", "the helping page with the password"),
                    ("app", "the page that opens the shop's app"),
                ],
                default="help",
                max_length=10,
                verbose_name="what readers are given",
            ),
        ),
        migrations.AddField("exittarget", "app_link", models.BooleanField(default=False)),
        migrations.AddField("placementlink", "coupon_id", models.PositiveBigIntegerField(blank=True, null=True)),
        migrations.AlterField("placementlink", "token_text", models.CharField(blank=True, max_length=500)),
        migrations.RunPython(carry_over, two_again),
        migrations.RemoveField("apprule", "helps"),
    ]
