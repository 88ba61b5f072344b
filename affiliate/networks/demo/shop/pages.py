"""The demo shop's pages as HTML: plain forms and links, no script; every value from outside is escaped."""

from __future__ import annotations

import time
from html import escape

from affiliate.networks.demo.shop.catalogue import Product, ShopCoupon
from affiliate.networks.demo.shop.store import Arrival, Order, Store

CHANNELS = {
    "digital": "数码",
    "home-appliances": "家电",
    "beauty": "美妆个护",
    "food": "食品",
    "home": "家居",
    "outdoor": "户外",
}
STATES = {"PAID": "已付款", "CONFIRMED": "已收货", "SETTLED": "佣金已结算", "REFUNDED": "已退款"}


def home(goods: list[Product], store: Store, channel: str, site_url: str) -> str:
    """The catalogue, whole or one channel of it."""
    chosen = channel if channel in CHANNELS else ""
    tabs = "".join(
        f'<a href="/{"?channel=" + slug if slug else ""}"{" aria-current=page" if slug == chosen else ""}>{name}</a>'
        for slug, name in {"": "全部", **CHANNELS}.items()
    )
    cards = "".join(_card(product, store) for product in goods if chosen in ("", product.channel))
    return _page("演示商店", f'<nav class="tabs" aria-label="频道">{tabs}</nav><ul class="grid">{cards}</ul>', site_url)


def farm(goods: list[Product], store: Store, site_url: str) -> str:
    """The farm's corner: a merchant that pays the site directly and tells it about orders by itself."""
    cards = "".join(_card(product, store) for product in goods)
    intro = '<h1>小麦田农场（演示）</h1><p class="quiet">不经联盟、直接付佣金的商家：订单由它自己签名后告诉种草站。</p>'
    return _page("小麦田农场", f'{intro}<ul class="grid">{cards}</ul>', site_url)


def item(product: Product, store: Store, arrival: Arrival | None, site_url: str) -> str:
    """One article, who sent the visitor, and the button."""
    now = store.clock()
    final = product.amount_minor(1, store.opened_at, now)
    usual = f'<s class="usual">{yuan(product.price_minor)}</s>' if final < product.price_minor else ""
    specs = "".join(f"<li>{escape(spec)}</li>" for spec in product.specs)
    body = f"""
<article class="item">
  <img src="/picture/{product.id}.webp" width="400" height="400" alt="">
  <div>
    <p class="quiet">{escape(product.shop)} · {escape(product.category)}</p>
    <h1>{escape(product.title)}</h1>
    <p class="price"><strong>{yuan(final)}</strong> {usual}</p>
    {_coupon(product.coupon(store.opened_at, now), now)}
    <ul class="specs">{specs}</ul>
    {_buy_form(product, arrival)}
  </div>
</article>
{_came_from(arrival)}"""
    return _page(product.title, body, site_url)


def orders(store: Store, site_url: str) -> str:
    """The last orders, newest first."""
    rows = "".join(
        f'<li><a href="/orders/{order.order_id}"><span>{escape(order.title)} × {order.quantity}</span>'
        f'<span class="quiet">{when(order.created_ms)} · sub-ID {escape(order.sub) or "无"}'
        f"{' · 自动顾客' if order.by_itself else ''}</span></a>{_state(order)}</li>"
        for order in store.recent_orders(100)
    )
    empty = (
        '<p class="quiet">还没有订单。从种草站点开一个商品，点“立即购买”，或者等半分钟：店里的自动顾客会替你买。</p>'
    )
    listing = f'<ul class="rows">{rows}</ul>' if rows else empty
    return _page("订单", f"<h1>订单</h1>{listing}", site_url)


def order(order: Order, site_url: str) -> str:
    """One order and what may be done with it."""
    facts = {
        "订单号": order.order_id,
        "商品": f"{order.title} × {order.quantity}",
        "实付": yuan(order.amount_minor),
        "付给推广者的佣金": yuan(order.commission_minor),
        "sub-ID": order.sub or "无（没有从推广链接来）",
        "下单": when(order.created_ms),
        "收货": when(order.confirmed_ms),
        "结算": when(order.settled_ms),
        "退款": when(order.refunded_ms),
    }
    listing = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in facts.items() if value)
    buttons = {"PAID": ("confirm", "refund"), "CONFIRMED": ("settle", "refund"), "SETTLED": ("refund",)}
    labels = {"confirm": "确认收货", "settle": "结算佣金", "refund": "退款"}
    forms = "".join(
        f'<form method="post" action="/orders/{order.order_id}/{action}">'
        f'<button class="{"plain" if action == "refund" else "main"}">{labels[action]}</button></form>'
        for action in buttons.get(order.status, ())
    )
    body = f"""
<h1>演示订单 {_state(order)}</h1>
<dl class="facts">{listing}</dl>
<div class="actions">{forms}</div>
<p class="quiet">放着不管也行：约两分钟后自动收货，约五分钟后佣金自动结算。种草站会在一分钟内看到每一步。</p>
<p><a href="/orders">全部订单</a></p>"""
    return _page(f"订单 {order.order_id}", body, site_url)


def message(text: str, site_url: str) -> str:
    """A page with one sentence."""
    return _page("演示商店", f'<h1>{escape(text)}</h1><p><a href="/">回到全部商品</a></p>', site_url)


def yuan(minor: int) -> str:
    return f"¥{minor // 100}" + (f".{minor % 100:02d}" if minor % 100 else "")


def when(ms: int | None) -> str:
    """A time as the machine's clock on the wall says it, "" for none."""
    return time.strftime("%m-%d %H:%M:%S", time.localtime(ms / 1000)) if ms else ""


def _card(product: Product, store: Store) -> str:
    now = store.clock()
    final = product.amount_minor(1, store.opened_at, now)
    coupon = product.coupon(store.opened_at, now)
    chip = f'<span class="chip">券 {yuan(coupon.amount_minor)}</span>' if coupon and coupon.live(now) else ""
    gone = '<span class="chip over">缺货</span>' if not product.in_stock else ""
    return (
        f'<li><a href="{product.path}"><img src="/picture/{product.id}.webp" width="400" height="400" alt=""'
        f' loading="lazy"><span class="title">{escape(product.title)}</span>'
        f'<span class="price"><strong>{yuan(final)}</strong>{chip}{gone}</span></a></li>'
    )


def _coupon(coupon: ShopCoupon | None, now: float) -> str:
    if coupon is None:
        return ""
    rule = f"满 {yuan(coupon.threshold_minor)} 减 {yuan(coupon.amount_minor)}"
    if coupon.live(now):
        hours = (coupon.ends_at - now) / 3600
        left = f"还有 {int(hours)} 小时" if hours >= 1 else f"还有 {max(int(hours * 60), 1)} 分钟"
        return f'<p class="coupon">券 {rule} · 自动使用 · {left}</p>'
    return f'<p class="coupon over">券 {rule} · 已过期</p>'


def _buy_form(product: Product, arrival: Arrival | None) -> str:
    if not product.in_stock:
        return '<p class="coupon over">暂时缺货</p>'
    hidden = f'<input type="hidden" name="arrival" value="{arrival.id}">' if arrival else ""
    options = "".join(f"<option>{n}</option>" for n in range(1, 6))
    return f"""<form method="post" action="{product.path}/buy" class="actions">{hidden}
      <label>数量 <select name="quantity">{options}</select></label>
      <button class="main">立即购买（演示）</button></form>
    <p class="quiet">演示：不付款，不发货。</p>"""


def _came_from(arrival: Arrival | None) -> str:
    if arrival is None:
        return '<aside class="came"><h2>这次到访</h2><p>没有从推广链接来：现在下单，谁也不记功劳。</p></aside>'
    sub = escape(arrival.sub) or "没有"
    waits = "" if arrival.order_id or not arrival.sub else "<p>等半分钟不买，店里的自动顾客会替你下单。</p>"
    bought = (
        f'<p>这次到访已下单：<a href="/orders/{arrival.order_id}">{arrival.order_id}</a></p>'
        if arrival.order_id
        else ""
    )
    return f"""<aside class="came"><h2>这次到访</h2><dl class="facts">
  <dt>来自（Referer）</dt><dd>{escape(arrival.referer) or "没有说明"}</dd>
  <dt>sub-ID</dt><dd><code>{sub}</code></dd>
  <dt>到达</dt><dd>{when(int(arrival.at * 1000))}</dd></dl>{bought}{waits}</aside>"""


def _state(order: Order) -> str:
    return f'<span class="chip {order.status.lower()}">{STATES.get(order.status, escape(order.status))}</span>'


def _page(title: str, body: str, site_url: str) -> str:
    back = (
        f'<a href="{escape(site_url, quote=True)}">回到种草</a>' if site_url.startswith(("http://", "https://")) else ""
    )
    return f"""<!doctype html>
<html lang="zh-Hans">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{escape(title)} · 演示商店</title>
<link rel="icon" href="/picture/demo-1051.webp" type="image/webp">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<p class="notice">演示商店 / Demo shop：没有真实商品，不付款，不发货 (no real goods)</p>
<header><a class="mark" href="/">演示商店</a>
<nav><a href="/farm">农场</a><a href="/orders">订单</a>{back}</nav></header>
<main>{body}</main>
</body>
</html>
"""
