"""What shops' apps and messengers are known to open, as a start; operators change the rows."""

from __future__ import annotations

from django.db import migrations

HELPS = [
    ("wechat", "taobao", "Taobao's pages may be stopped inside WeChat: the password is the sure way."),
    ("wechat", "tmall", "As Taobao."),
    ("wechat_mini", "*", "Opens only the mini-program's own domains."),
    ("wechat_pc", "taobao", "To be scanned by the phone."),
    ("wecom", "taobao", "As WeChat."),
    ("taobao", "*", "Blocks or warns of other shops."),
    ("tmall", "*", "Blocks or warns of other shops."),
    ("jd", "*", "Blocks other shops."),
    ("pdd", "*", "Blocks other shops."),
    ("douyin", "*", "Outside pages only through allowed entries."),
    ("xiaohongshu", "*", "No outside links."),
]
OPENS = [
    ("taobao", "taobao", "Its own shop."),
    ("taobao", "tmall", "The same house."),
    ("tmall", "taobao", "The same house."),
    ("tmall", "tmall", "Its own shop."),
    ("jd", "jd", "Its own shop."),
    ("pdd", "pdd", "Its own shop."),
    ("douyin", "douyin", "Its own shop."),
    ("wechat", "jd", "Opens and buys inside WeChat."),
]


def enter(apps, schema_editor):
    rule = apps.get_model("tracking", "AppRule")
    rows = [(app, network, note, True) for app, network, note in HELPS]
    rows += [(app, network, note, False) for app, network, note in OPENS]
    rule.objects.bulk_create(rule(app=app, network=network, note=note, helps=helps) for app, network, note, helps in rows)
    apps.get_model("tracking", "ExitVersion").objects.create(pk=1, version=1)


class Migration(migrations.Migration):
    dependencies = [("tracking", "0001_initial")]
    operations = [migrations.RunPython(enter, migrations.RunPython.noop, elidable=False)]
