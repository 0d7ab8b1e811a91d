"""A paper of somebody protected is printed with its places or not at all, and never says that they are protected."""

from pathlib import Path
from unittest.mock import patch

import pytest
from lxml import html

from kazasu.municipality.hall import printing
from kazasu.municipality.moving import paper
from tests.municipality.moving.test_at_counter import opened, taken
from tests.municipality.test_desk_pages import desk
from tests.support.city import CLERK, NEW, OLD
from tests.support.pages import followed

PURPOSE = {"purpose": "certificate", "note": "転出証明書"}


@pytest.fixture
def town(databases, clock):
    return opened(databases, clock, protected=True)


def printed(browser, address, **query):
    """What the page or the paper says."""
    papers = []

    def compile_(*_, sys_inputs, **__):
        papers.append(sys_inputs["data"])
        return b"%PDF"

    with patch.object(printing.typst, "compile", compile_):
        answer = followed(browser, browser.get(address, params={**query, "lang": "ja"}))
    return papers, answer


def test_a_certificate_of_moving_out_waits_for_the_purpose(town):
    case = taken(town, arrives_by="paper")
    town.out.accept(OLD, CLERK, case, town.out_case(case).version)
    town.settle()
    browser = desk(town)
    papers, page = printed(browser, f"/desk/out/{case}/paper.pdf")
    assert papers == []
    assert "municipality.purpose-before-paper" in page.text
    assert 'name="purpose"' in page.text, "the way to it is on that page"
    whole = html.fromstring(browser.get(f"/desk/out/{case}").content)
    assert not whole.xpath("//a[contains(@href, 'paper.pdf')]"), "it offers nothing that it refuses"
    [issued], _ = printed(browser, f"/desk/out/{case}/paper.pdf", **PURPOSE)
    assert "横浜市中区本町" in issued
    assert "支援措置" not in issued


def test_a_form_of_moving_in_waits_for_it_too(town):
    case = town.submit()
    town.settle()
    town.accept(case)
    town.settle()
    browser = desk(town, NEW)
    papers, page = printed(browser, f"/desk/in/{case}/form.pdf")
    assert papers == []
    assert "municipality.purpose-before-paper" in page.text
    [form], _ = printed(browser, f"/desk/in/{case}/form.pdf", **PURPOSE)
    assert "大通" in form
    assert "支援措置" not in form
    assert paper.OPEN_DAY in form, "printed ahead, the day of the notice is written by who gives it"


def test_no_paper_knows_of_a_veil():
    """It is asked before: what a paper says is the same for everybody."""
    said = Path(paper.__file__).read_text()
    for template in (paper.TEMPLATE, paper.CERTIFICATE):
        said += template.read_text()
    assert "veil" not in said.casefold()
    assert "支援措置" not in said
