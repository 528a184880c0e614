"""The palm map as a finger meets it: offline, in both orientations, from the country to the reason of one light."""

import re
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Page, Route, expect

from tests.browser.conftest import OWN_FRAME, PALM_MAP, PORTRAIT, Watched, palm_map

pytestmark = pytest.mark.browser

OFFSET = """(element) => { const box = element.getBoundingClientRect(); return [box.left, box.top] }"""
PLACE = """(code) => {
  const view = PalmMap.view;
  const place = view.tree.label(code);
  const point = view.map.latLngToContainerPoint(PalmMap.unproject(place[0], place[1]));
  const box = view.map.getContainer().getBoundingClientRect();
  return [point.x + box.left, point.y + box.top];
}"""
SMALL = """() => [...document.querySelectorAll('.palm button, .palm select, .palm input, .leaflet-bar a')]
  .filter((e) => e.offsetParent && (e.offsetHeight < 44 || e.offsetWidth < 44))
  .map((e) => e.className + ' ' + e.textContent + ' ' + e.offsetWidth + 'x' + e.offsetHeight)"""


def inside(page: Page) -> Any:
    return next(frame for frame in page.frames if "/palmmap/map" in frame.url)


def left(frame: FrameLocator) -> int:
    return int(frame.locator(".palm-left b").inner_text().replace(",", ""))


def tap_unit(page: Page, code: str) -> None:
    """Tap the middle of a district on the map itself."""
    x, y = inside(page).evaluate(PLACE, code)
    frame_x, frame_y = page.locator(PALM_MAP).evaluate(OFFSET)
    page.touchscreen.tap(frame_x + x, frame_y + y)


def test_x_07_nothing_comes_from_outside(page: Page, app_url: str, watched: Watched):
    page.goto(app_url)
    frame = palm_map(page)
    expect(frame.locator(".palm-district h2")).to_have_text("全国")
    expect(frame.locator(".leaflet-control-attribution")).to_have_text("未配置审图号，仅限内部工作使用")
    expect(frame.locator(".leaflet-control-scale")).to_contain_text("km")
    assert watched.outside == []


def test_country_province_city_county_and_back(page: Page, app_url: str):
    page.goto(app_url)
    frame = palm_map(page)
    for code, name in (("140000", "山西省"), ("140400", "长治市")):
        frame.locator(f'.palm-unit[data-unit="{code}"]').tap()
        expect(frame.locator(".palm-district h2")).to_have_text(name)
        frame.locator(".palm-enter").tap()
        expect(frame.locator(".palm-crumb.here")).to_have_text(name)
    assert frame.locator(".palm-crumb").all_inner_texts() == ["全国", "山西省", "长治市"]
    assert left(frame) > 400
    assert "unit=140400" in page.url
    frame.locator(".palm-crumb", has_text="全国").tap()
    expect(frame.locator(".palm-crumb.here")).to_have_text("全国")
    assert "unit=" not in page.url


def test_a_district_is_tapped_on_the_map(page: Page, app_url: str):
    page.goto(f"{app_url}/?light=red&text=无此项目")
    frame = palm_map(page)
    tap_unit(page, "540000")
    expect(frame.locator(".palm-district h2")).to_have_text("西藏自治区")
    expect(frame.locator(".palm-nothing")).to_contain_text("没有符合筛选条件的项目")
    frame.locator(".palm-nothing .palm-primary").tap()
    expect(frame.locator(".palm-clear")).to_have_count(0)


def test_a_city_without_counties_opens_with_its_projects(page: Page, app_url: str):
    page.goto(f"{app_url}/?unit=620200")
    frame = palm_map(page)
    expect(frame.locator(".palm-crumb.here")).to_have_text("嘉峪关市")
    assert left(frame) > 0
    frame.locator(".palm-crumb", has_text="甘肃省").tap()
    expect(frame.locator('.palm-unit[data-unit="620200"]')).to_be_visible()


def test_002_06_what_a_list_lacks_on_the_map_leads_to_its_quarters(page: Page, app_url: str):
    page.goto(f"{app_url}/?unit=620200&as_of=2023-08-31")
    row = palm_map(page).locator(".palm-unit", has_text="市级领导包抓项目")
    expect(row).to_contain_text("差 26.23 亿元")
    expect(row).to_contain_text("应累计 123.7 亿元")
    row.tap()
    expect(page.locator("h3").first).to_have_text("嘉峪关市清单分季目标")
    expect(page.locator("tr", has_text="市级领导包抓项目").first).to_contain_text("26.23")


def test_units_without_a_polygon_are_chips(page: Page, app_url: str):
    page.goto(f"{app_url}/?unit=140400")
    frame = palm_map(page)
    chip = frame.locator('.palm-chip[data-unit="140400-direct"]')
    expect(chip).to_contain_text("市直及跨区域")
    chip.tap()
    expect(frame.locator(".palm-district h2")).to_contain_text("市直及跨区域")
    expect(frame.locator(".palm-unplaced h3")).to_contain_text("无法上图的项目")
    assert frame.locator(".palm-unplaced .palm-row small").first.inner_text().strip()


def test_filters_compose_and_survive_a_reload(page: Page, app_url: str):
    page.goto(f"{app_url}/?unit=410000")
    frame = palm_map(page)
    before = left(frame)
    frame.locator(".palm-filter").tap()
    frame.locator('[data-filter="light:red"]').tap()
    red = left(frame)
    frame.locator('[data-filter="stage:implementation"]').tap()
    both = left(frame)
    assert before > red > both > 0
    assert "light=red" in page.url
    assert "stage=implementation" in page.url
    page.reload()
    frame = palm_map(page)
    assert left(frame) == both
    frame.locator(".palm-clear").tap()
    assert left(frame) == before
    assert "light=" not in page.url


def test_a_range_is_a_filter(page: Page, app_url: str):
    page.goto(f"{app_url}/?unit=410000")
    frame = palm_map(page)
    before = left(frame)
    frame.locator(".palm-filter").tap()
    frame.get_by_label("年度投资完成率上限").fill("5")
    expect(frame.locator(".palm-active")).to_contain_text("50% 以下")
    assert 0 < left(frame) < before
    assert re.search("range=completion", page.url)


def test_search_card_reasons_and_dossier_in_three_taps(page: Page, app_url: str):
    page.goto(app_url)
    frame = palm_map(page)
    frame.locator(".palm-search").fill("污水处理")
    expect(frame.locator(".palm-card h2")).to_contain_text("找到")
    frame.locator(".palm-row").first.tap()
    expect(frame.locator(".palm-reason").first).to_be_visible()
    expect(frame.locator(".palm-clause").first).to_contain_text("依据：《")
    expect(frame.locator(".palm-site")).to_contain_text("年度投资完成率")
    expect(frame.locator(".palm-sample").first).to_have_text("示例")
    project = re.search(r"site=(\d+)", page.url)[1]
    frame.locator(".palm-open").tap()
    page.wait_for_url(f"**/dossier?*project={project}*")


def test_a_clause_opens_in_two_taps(page: Page, app_url: str):
    """From a found project to why it is lit, and on to the rule with its threshold and clause."""
    page.goto(app_url)
    frame = palm_map(page)
    frame.locator(".palm-search").fill("污水处理")
    frame.locator(".palm-row").first.tap(timeout=20_000)
    frame.locator(".palm-clause").first.tap(timeout=20_000)
    page.wait_for_url("**/rules?*rule=*", timeout=20_000)
    expect(page.get_by_text("算例核对")).to_be_visible(timeout=20_000)


def test_a_sum_of_a_district_opens_its_formula_and_projects(page: Page, app_url: str):
    page.goto(f"{app_url}/?unit=140400&picked=140431")
    palm_map(page).locator(".palm-why").nth(1).tap(timeout=20_000)
    page.wait_for_url("**/comparison?*indicator=promised*", timeout=20_000)
    expect(page.get_by_role("heading", name="承诺与兑现")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("各项目本年度计划投资之和").first).to_be_visible(timeout=20_000)


def test_a_sum_of_a_province_opens_what_it_is_the_sum_of_and_the_targets_of_its_plan(page: Page, app_url: str):
    page.goto(f"{app_url}/?picked=410000&as_of=2024-10-31")
    palm_map(page).locator(".palm-why").nth(1).tap(timeout=20_000)
    page.wait_for_url("**/comparison?*scope=whole*", timeout=20_000)
    expect(page.get_by_role("heading", name="承诺与兑现")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("heading", name="河南省方案指标")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("link", name="增发国债资金支付")).to_be_visible(timeout=20_000)


def test_a_site_is_found_within_a_finger_of_it(page: Page, app_url: str):
    page.goto(f"{app_url}/?unit=620200")
    frame = palm_map(page)
    x, y = inside(page).evaluate(
        """() => {
          const view = PalmMap.view, cells = view.layer.clusters(view.map.getZoom());
          const cell = [...Array(cells.size).keys()].find((c) => cells.count[c] === 1);
          const point = view.map.latLngToContainerPoint(PalmMap.unproject(cells.x[cell], cells.y[cell]));
          const box = view.map.getContainer().getBoundingClientRect();
          return [point.x + box.left + 9, point.y + box.top + 9];
        }"""
    )
    frame_x, frame_y = page.locator(PALM_MAP).evaluate(OFFSET)
    page.touchscreen.tap(frame_x + x, frame_y + y)
    expect(frame.locator(".palm-site .palm-light")).to_be_visible()
    assert "site=" in page.url


def test_from_a_district_to_its_place_in_the_comparison(page: Page, app_url: str):
    page.goto(f"{app_url}/?unit=140400&picked=140403")
    palm_map(page).locator(".palm-compare").tap()
    page.wait_for_url("**/comparison?*")
    assert "unit=140403" in page.url
    assert "as_of=2024-10-31" in page.url
    expect(page.get_by_text("潞州区").first).to_be_visible()


def test_another_month_shows_other_figures_on_the_same_map(page: Page, app_url: str):
    page.goto(f"{app_url}/?unit=410000&shade=completion")
    frame = palm_map(page)
    inside(page).evaluate("document.body.dataset.same = 'yes'")
    before = frame.locator(".palm-figures").inner_text()
    frame.get_by_label("月份").select_option("6月")
    frame.locator('body[data-ready="2024-06-30"]').wait_for()
    assert frame.locator(".palm-figures").inner_text() != before
    assert "as_of=2024-06-30" in page.url
    assert "unit=410000" in page.url
    assert inside(page).evaluate("document.body.dataset.same") == "yes"
    expect(page.locator(".palmmap-freshness")).to_contain_text("2024年6月30日")
    page.go_back()
    frame.locator('body[data-ready="2024-10-31"]').wait_for()
    page.go_forward()
    frame.locator('body[data-ready="2024-06-30"]').wait_for()
    page.reload()
    frame.locator('body[data-ready="2024-06-30"]').wait_for()
    expect(frame.get_by_label("年度")).to_have_value("2024")
    expect(frame.get_by_label("月份")).to_have_value("6")


@pytest.mark.parametrize("upright", [False, True])
def test_everything_tapped_is_44_pixels_in_both_orientations(page: Page, app_url: str, upright: bool):
    if upright:
        page.set_viewport_size({"width": PORTRAIT[0], "height": PORTRAIT[1]})
    page.goto(f"{app_url}/?unit=140400")
    frame = palm_map(page)
    assert inside(page).evaluate(SMALL) == []
    frame.locator(".palm-filter").tap()
    assert inside(page).evaluate(SMALL) == []
    panel, chart = (frame.locator(name).bounding_box() for name in (".palm-panel", ".palm-map"))
    assert (panel["y"] >= chart["y"] + chart["height"] - 2) == upright
    assert chart["height"] > 300
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_a_filter_moves_next_to_nothing(page: Page, app_url: str):
    page.goto(f"{app_url}/?unit=410000&level=county")
    frame = palm_map(page)
    session = page.context.new_cdp_session(page)
    moved: list[float] = []
    session.on("Network.webSocketFrameReceived", lambda e: moved.append(len(e["response"]["payloadData"])))
    session.on("Network.loadingFinished", lambda e: moved.append(e["encodedDataLength"]))
    session.send("Network.enable")
    frame.locator(".palm-tile.red").tap()
    expect(frame.locator(".palm-active")).to_be_visible()
    page.wait_for_timeout(500)
    assert sum(moved) <= 10_000


def test_a_deep_link_goes_through_the_frame(page: Page, app_url: str):
    page.goto(f"{app_url}/library")
    expect(page.get_by_role("navigation", name="页面菜单")).to_be_visible()
    expect(page.locator(".palmmap-freshness")).to_be_visible()


def test_the_map_comes_before_the_page_and_speaks_through_it(page: Page, app_url: str):
    """One map: the frame of the page draws none; it goes with the page, and the way back draws it in that frame."""
    held: list[Route] = []
    page.route("**/static/js/index.*.js", lambda route: held.append(route))  # noqa: PLW0108
    page.goto(f"{app_url}/?unit=140400&as_of=2024-08-31", wait_until="commit")
    expect(page.frame_locator(PALM_MAP).locator(".palm-crumb.here")).to_have_text("长治市")
    expect(page.frame_locator(PALM_MAP).locator("body")).to_have_attribute("data-ready", "2024-08-31")
    expect(page.get_by_test_id("stApp")).to_have_count(0)
    for route in held:
        route.continue_()
    page.unroute_all()
    frame = palm_map(page)
    expect(frame.locator("body")).to_have_attribute("data-ready", "2024-08-31")
    expect(page.locator(OWN_FRAME)).to_have_attribute("aria-hidden", "true")
    assert page.frame_locator(OWN_FRAME).locator(".palm").count() == 0
    page.get_by_role("navigation", name="页面菜单").get_by_role("link", name="区县比较").tap()
    expect(page.get_by_role("heading", name="区县比较", exact=True)).to_be_visible()
    expect(page.locator(PALM_MAP)).to_have_count(0)
    page.get_by_role("navigation", name="页面菜单").get_by_role("link", name="掌上地图", exact=True).last.tap()
    back = palm_map(page, OWN_FRAME)
    expect(back.locator("body")).to_have_attribute("data-ready", "2024-08-31")
    back.locator(".palm-tile.red").first.tap()
    expect(page).to_have_url(re.compile("light=red"))
