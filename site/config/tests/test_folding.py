"""What readers are sent has no line breaks between tags, and every space that a line of a template holds."""

from __future__ import annotations

import pytest
from django.template.loader import get_template

from config.folding import fold


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("<ul>\n  <li>one</li>\n  <li>two</li>\n</ul>\n", "<ul><li>one</li><li>two</li></ul>"),
        ("{% if a %}\n  {{ b }}\n{% endif %}", "{% if a %}{{ b }}{% endif %}"),
        ("<b>1</b> <i>2</i>", "<b>1</b> <i>2</i>"),
        ("<p>a long\n   sentence</p>", "<p>a long sentence</p>"),
        (
            '<img\n  src="a"\n  {% if b %}class="c"{% endif %}\n  alt="">',
            '<img src="a" {% if b %}class="c"{% endif %} alt="">',
        ),
    ],
)
def test_white_space_goes_between_tags_alone(written, sent):
    assert fold(written) == sent


def test_readers_templates_are_folded_and_those_of_the_admin_are_not():
    assert "\n" not in get_template("base.html").template.source
    assert "\n" in get_template("earnings/base.html").template.source
