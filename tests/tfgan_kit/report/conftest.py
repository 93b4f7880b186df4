"""The browser in which pages are tried."""

import pytest

from tests.tfgan_kit.report.browser import Browser


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    browser = Browser(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()
