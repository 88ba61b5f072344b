"""抖店's `buyin.*`: the older way to promote 抖音, for 抖客. The adapter alone knows this folder."""
