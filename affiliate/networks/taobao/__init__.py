"""淘宝联盟 (Taobao Alliance), with 天猫 and 聚划算."""
