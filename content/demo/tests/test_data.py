"""The demo's data hangs together and keeps the rules that real posts must keep."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT / "content" / "demo" / "data"
PICTURES = ROOT / "static" / "demo"
SHOP = json.loads((ROOT / "affiliate/networks/demo/shop/products.json").read_text(encoding="utf-8"))
POSTS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted((DATA / "posts").glob("*.json"))}
FORBIDDEN = ("最低价", "最佳", "顶级", "全网", "国家级", "原价", "100%", "治疗", "疗效", "根治", "第一名", "销量第一")


def read(name):
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def prices():
    return {f"demo:{row['id']}": row for row in SHOP} | {
        row["ref"]: row for row in read("items") if "price_minor" in row
    }


def test_there_is_enough_to_read():
    assert len(POSTS) >= 24
    assert len({post["author"] for post in POSTS.values()}) == 5
    assert len({post["channel"] for post in POSTS.values()}) == 6
    assert {post["kind"] for post in POSTS.values()} == {"review", "deal", "list"}
    networks = {block["ref"].split(":")[0] for post in POSTS.values() for block in post["body"] if "ref" in block}
    assert networks == {"demo", "jd", "direct"}


@pytest.mark.parametrize("name", POSTS)
def test_what_a_post_names_exists(name):
    post = POSTS[name]
    assert post["author"] in {row["handle"] for row in read("authors")}
    assert post["channel"] in {row["slug"] for row in read("channels")}
    assert (PICTURES / "covers" / post["cover"]).exists()
    assert len(post["verdict"]) <= 160
    refs = [block["ref"] for block in post["body"] if block["type"] == "product"]
    assert refs
    assert set(refs) <= set(prices())


@pytest.mark.parametrize("name", POSTS)
def test_no_post_uses_words_that_advertising_law_forbids(name):
    text = json.dumps(POSTS[name], ensure_ascii=False)
    assert [word for word in FORBIDDEN if word in text] == []


@pytest.mark.parametrize("name", [name for name, post in POSTS.items() if post["kind"] == "deal"])
def test_the_price_of_a_deal_is_the_shops_price_less_the_coupon(name):
    post = POSTS[name]
    row = prices()[next(block["ref"] for block in post["body"] if block["type"] == "product")]
    price, coupon = row["price_minor"] // 100, row["coupon"]["amount_minor"] // 100
    assert post["deal"]["how"] == f"{price} − {coupon} 券 = {price - coupon}"


def test_some_deals_end_soon_and_some_are_over():
    hours = [post["deal"]["ends_in_hours"] for post in POSTS.values() if post["kind"] == "deal"]
    assert any(0 < left < 10 for left in hours)
    assert any(left < 0 for left in hours)
    assert any(left > 100 for left in hours)


def test_every_item_and_author_has_a_small_picture():
    for ref in prices():
        network, _, rest = ref.partition(":")
        name = rest if network == "demo" else ref.replace(":", "-")
        path = PICTURES / "items" / f"{name}.webp"
        assert path.stat().st_size < 40_000, ref
    for row in read("authors"):
        assert (PICTURES / "avatars" / row["avatar"]).exists()


def test_every_featured_post_exists_and_has_a_reason():
    slugs = {post["slug"] for post in POSTS.values()}
    rows = read("featured")
    assert len(rows) >= 6
    assert all(row["slug"] in slugs and row["reason"] for row in rows)
