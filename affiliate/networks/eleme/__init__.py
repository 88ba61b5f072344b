"""饿了么联盟 (now 淘宝闪购联盟, the union of Ele.me)."""
