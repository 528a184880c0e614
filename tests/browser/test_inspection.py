"""The inspector's page as a finger and a keyboard meet it: two pictures, the line between them, a signed decision."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import shapely
from playwright.sync_api import CDPSession, FrameLocator, Locator, Page, expect
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from geo.sample_scenes import Look, make_scenes, outline_at
from monitor import store
from monitor.model import Viewer
from monitor.queries.imagery import project_imagery
from monitor.queries.imagery_queue import Filter, queue
from monitor.services import demo_imagery
from monitor.services.scenes import import_scenes
from monitor.tables import Project, ProjectFootprint
from monitor.web.inspection_sheet import sheet_address
from tests.browser.conftest import PORTRAIT, Watched
from tests.monitor.test_documents import photo

pytestmark = pytest.mark.browser

Settle = Callable[[Page], None]
WAIT_MS = 20_000
AS_OF = date(2024, 10, 31)
VIEWER = Viewer("测试")
IFRAME = ".st-key-inspection_pictures iframe"
STATE = """() => {
  const seen = PalmMap.inspector, centre = seen.map.getCenter();
  return { at: seen.images.at, line: seen.images.line(), lat: centre.lat, lng: centre.lng, zoom: seen.map.getZoom(),
           ...document.body.dataset };
}"""
SMALL = """() => [...document.querySelectorAll('.inspect button, .inspect-grip, .leaflet-bar a')]
  .filter((e) => e.offsetParent && (e.offsetHeight < 44 || e.offsetWidth < 44))
  .map((e) => e.className + ' ' + e.offsetWidth + 'x' + e.offsetHeight)"""


@pytest.fixture(scope="module")
def demo_engine(demo_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The demo with its made scenes, imported and inspected."""
    home = tmp_path_factory.mktemp("imagery") / "home"
    shutil.copytree(os.path.dirname(demo_engine.url.database), home)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PALMMAP_HOME", str(home))
        environment.delenv("DATABASE_URL", raising=False)
        engine = store.engine()
        demo_imagery.load(engine)
        add_lonely(engine, home.parent)
        yield engine
        engine.dispose()


LONELY = "\u4e00\u671f\u5f71\u50cf"


def add_lonely(engine: Engine, folder: Path) -> None:
    """A project that one image shows."""
    outline, at = outline_at(113.10, 34.45, 400, 7), datetime.fromisoformat("2024-01-02")
    with store.transaction(engine) as session:
        named = {"name": LONELY, "unit_code": "410185", "stage": "implementation", "is_sample": True}
        project = Project(**named, created_at=at, updated_at=at)
        session.add(project)
        session.flush()
        drawn = {"geometry": shapely.to_wkb(outline), "area_m2": 1.6e5, "recorded_at": at}
        session.add(ProjectFootprint(project_id=project.id, revision=1, **drawn))
    made = {"name": "lonely", "gsd_m": 5.0, "seed": 7, "description": "\u793a\u4f8b\u5f71\u50cf"}
    [image] = make_scenes(outline, [Look(date(2024, 5, 8), 0.5, 0.1, 0.3, 0.0)], folder, **made)
    import_scenes(VIEWER, image, engine)


SLOW_MS = 2_000


def sign(dialog: Locator, note: str, name: str = "\u6b27\u9633\u5efa\u56fd") -> None:
    """Say who decides, unless it is remembered, and why."""
    field = dialog.get_by_label("\u59d3\u540d")
    field.wait_for(timeout=WAIT_MS)
    if not field.input_value():
        field.fill(name)
    dialog.locator("textarea").fill(note)


@pytest.fixture
def waiting(queue_of: Any) -> list[int]:
    """Projects that wait for a decision, the most pressing first."""
    return [int(number) for number in queue_of.index]


@pytest.fixture
def queue_of(demo_engine: Engine) -> Any:
    return queue(VIEWER, AS_OF, demo_engine, Filter())


@pytest.fixture
def behind(queue_of: Any) -> int:
    """A site that lags behind its report, with five dates."""
    return int(queue_of.index[queue_of["finding"] == "behind"][0])


@pytest.fixture
def idle(queue_of: Any) -> int:
    """A site that is reported under way and shows nothing."""
    return int(queue_of.index[queue_of["finding"] == "no_visible_activity"][0])


@pytest.fixture
def tab(page: Page) -> Page:
    page.set_default_timeout(WAIT_MS)
    return page


def pictures(page: Page) -> FrameLocator:
    """The map's frame, once both pictures are drawn."""
    frame = page.frame_locator(IFRAME)
    for side in ("before", "after"):
        frame.locator(f".leaflet-{side}-pane .leaflet-tile-loaded").first.wait_for(state="attached", timeout=WAIT_MS)
    return frame


def look(page: Page, app_url: str, project: int, settle: Settle, query: str = "") -> FrameLocator:
    page.goto(f"{app_url}/inspection?as_of={AS_OF}&project={project}{query}")
    settle(page)
    return pictures(page)


def inside(page: Page) -> Any:
    return next(frame for frame in page.frames if "streamlit_folium" in frame.url)


def state(page: Page) -> dict[str, Any]:
    return inside(page).evaluate(STATE)


def drag(session: CDPSession, start: tuple[float, float], end: tuple[float, float], steps: int = 12) -> None:
    """One finger from start to end, as a touch screen reports it."""
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": start[0], "y": start[1]}]})
    for step in range(1, steps + 1):
        x, y = (start[axis] + (end[axis] - start[axis]) * step / steps for axis in (0, 1))
        session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def middle(frame: FrameLocator, name: str) -> tuple[float, float]:
    box = frame.locator(name).bounding_box(timeout=WAIT_MS)
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_first_row_of_the_queue_opens_the_most_pressing_site(
    tab: Page, app_url: str, settle: Settle, waiting: list[int], queue_of: Any
) -> None:
    tab.goto(f"{app_url}/inspection?as_of={AS_OF}")
    settle(tab)
    expect(tab.get_by_text(f"共 {len(waiting)} 处")).to_be_visible(timeout=WAIT_MS)
    box = tab.locator(".st-key-inspection_queue canvas").first.bounding_box()
    assert box
    tab.touchscreen.tap(box["x"] + 200, box["y"] + 36 + 32)
    tab.wait_for_url(f"**project={waiting[0]}*", timeout=WAIT_MS)
    pictures(tab)
    expect(tab.locator(".inspection-title b")).to_have_text(queue_of.iloc[0]["name"], timeout=WAIT_MS)
    expect(tab.locator(".inspection-title")).to_contain_text(f"队列第 1 / {len(waiting)} 处")


def test_the_handle_moves_under_the_finger_and_the_map_does_not(
    tab: Page, app_url: str, settle: Settle, behind: int
) -> None:
    frame = look(tab, app_url, behind, settle)
    grip = frame.locator(".inspect-grip").bounding_box()
    assert grip
    assert min(grip["width"], grip["height"]) >= 48
    before = state(tab)
    session = tab.context.new_cdp_session(tab)
    start = middle(frame, ".inspect-grip")
    drag(session, start, (start[0] + 150, start[1] + 40))
    after = state(tab)
    assert after["line"] - before["line"] == pytest.approx(150, abs=2)
    assert middle(frame, ".inspect-grip")[0] - start[0] == pytest.approx(150, abs=2)
    assert [after[key] for key in ("lat", "lng", "zoom")] == [before[key] for key in ("lat", "lng", "zoom")]
    left = middle(frame, ".leaflet-container")
    drag(session, (left[0] - 120, left[1] - 100), (left[0] - 40, left[1] - 60))
    moved = state(tab)
    assert moved["lng"] != before["lng"]
    assert moved["line"] == after["line"]


def test_both_pictures_show_the_same_place_in_both_modes(tab: Page, app_url: str, settle: Settle, behind: int) -> None:
    look(tab, app_url, behind, settle)
    outlines = """() => ['before', 'after'].map((side) =>
        document.querySelector(`.leaflet-${side}-pane path[stroke="#ffd600"]`).getBoundingClientRect().x)"""
    before, after = inside(tab).evaluate(outlines)
    assert after == pytest.approx(before, abs=0.5)
    tab.keyboard.press("s")
    expect(tab.frame_locator(IFRAME).locator('body[data-mode="split"]')).to_be_attached(timeout=WAIT_MS)
    half = inside(tab).evaluate("PalmMap.inspector.images.half()")
    before, after = inside(tab).evaluate(outlines)
    assert after - before == pytest.approx(half, abs=0.5)
    assert 0 < before < half
    expect(tab.frame_locator(IFRAME).locator(".inspect-grip")).to_be_hidden()


def test_two_fingers_on_either_side_of_the_middle_zoom_as_they_move(
    tab: Page, app_url: str, settle: Settle, behind: int
) -> None:
    """Side by side, thumbs of both hands stand on different pictures; twice as far apart is one level closer."""
    frame = look(tab, app_url, behind, settle)
    frame.locator(".inspect-mode").tap()
    before = state(tab)
    box = tab.locator(IFRAME).bounding_box()
    assert box
    x, y = box["x"] + inside(tab).evaluate("PalmMap.inspector.images.half()"), box["y"] + 250
    session = tab.context.new_cdp_session(tab)
    for step in range(13):
        reach = 100 + 100 * step / 12
        fingers = [{"x": x - reach, "y": y, "id": 0}, {"x": x + reach, "y": y, "id": 1}]
        kind = "touchMove" if step else "touchStart"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    tab.wait_for_timeout(600)
    assert state(tab)["zoom"] == before["zoom"] + 1


def test_keys_step_through_the_dates(tab: Page, app_url: str, settle: Settle, behind: int, demo_engine: Engine) -> None:
    days = [f"{one}" for one in project_imagery(VIEWER, behind, AS_OF, demo_engine).scenes["taken_on"]]
    frame = look(tab, app_url, behind, settle)
    assert (state(tab)["before"], state(tab)["after"]) == (days[0], days[-1])
    tab.keyboard.press("ArrowLeft")
    assert state(tab)["after"] == days[-2]
    tab.keyboard.press("Shift+ArrowRight")
    assert state(tab)["before"] == days[1]
    for _ in days:
        tab.keyboard.press("ArrowLeft")
    assert (state(tab)["before"], state(tab)["after"]) == (days[1], days[2])
    frame.locator(".inspect-back").tap()
    assert (state(tab)["before"], state(tab)["after"]) == (days[0], days[-1])
    thumb = middle(frame, ".inspect-stops i:last-child")
    stop = middle(frame, ".inspect-stops i:nth-child(3)")
    drag(tab.context.new_cdp_session(tab), thumb, stop)
    assert state(tab)["after"] == days[2]
    expect(frame.locator(".inspect-side.after")).to_contain_text("当时填报", timeout=WAIT_MS)


def test_arrows_move_what_has_the_focus(
    tab: Page, app_url: str, settle: Settle, behind: int, demo_engine: Engine
) -> None:
    """The handle has arrows of its own, and so has each thumb of the dates."""
    days = [f"{one}" for one in project_imagery(VIEWER, behind, AS_OF, demo_engine).scenes["taken_on"]]
    frame = look(tab, app_url, behind, settle)
    frame.locator(".inspect-grip").focus()
    tab.keyboard.press("ArrowRight")
    assert state(tab)["at"] == pytest.approx(0.52)
    assert (state(tab)["before"], state(tab)["after"]) == (days[0], days[-1])
    tab.keyboard.press("Home")
    assert state(tab)["at"] == 0
    frame.locator(".inspect-thumb.before").focus()
    tab.keyboard.press("ArrowRight")
    assert (state(tab)["before"], state(tab)["after"]) == (days[1], days[-1])


@pytest.mark.parametrize("upright", [False, True])
def test_a_made_picture_says_so_and_everything_can_be_tapped(
    tab: Page, app_url: str, settle: Settle, behind: int, upright: bool, watched: Watched
) -> None:
    if upright:
        tab.set_viewport_size({"width": PORTRAIT[0], "height": PORTRAIT[1]})
    frame = look(tab, app_url, behind, settle)
    for side in ("before", "after"):
        expect(frame.locator(f".inspect-side.{side}.sample")).to_contain_text("示例影像", timeout=WAIT_MS)
    expect(frame.locator(".leaflet-control-scale")).to_contain_text("m", timeout=WAIT_MS)
    assert inside(tab).evaluate(SMALL) == []
    chart, said = (tab.locator(f".st-key-inspection_{name}").bounding_box() for name in ("pictures", "said"))
    assert chart
    assert said
    assert (said["y"] >= chart["y"] + chart["height"] - 2) == upright
    assert chart["height"] > 400
    evidence = tab.locator(".inspection-evidence img")
    assert evidence.count() >= 9
    evidence.first.scroll_into_view_if_needed()
    tab.wait_for_function(
        "() => document.querySelector('.inspection-evidence img').naturalWidth > 100", timeout=WAIT_MS
    )
    assert watched.outside == []


def test_a_key_decides_after_confirmation_and_a_later_decision_takes_it_back(
    tab: Page, app_url: str, settle: Settle, behind: int
) -> None:
    look(tab, app_url, behind, settle)
    tab.keyboard.press("1")
    dialog = tab.get_by_role("dialog")
    expect(dialog).to_contain_text("确认不符", timeout=WAIT_MS)
    sign(dialog, "")
    dialog.get_by_role("button", name="确认写入").tap()
    expect(dialog).to_contain_text("请写明处理意见", timeout=WAIT_MS)
    sign(dialog, "现场只有土方，1 处")
    dialog.get_by_role("button", name="确认写入").tap()
    problem = tab.locator(".inspection-problem")
    expect(problem).to_contain_text("督办事项", timeout=WAIT_MS)
    expect(problem).to_contain_text("办理中")
    expect(tab.locator(".inspection-title")).to_contain_text("红灯")
    expect(tab.locator(".palmmap-table", has_text="现场只有土方")).to_be_visible()
    settle(tab)
    tab.locator(".inspection-title b").click()
    tab.keyboard.press("2")
    expect(dialog).to_contain_text("说明属实", timeout=WAIT_MS)
    sign(dialog, "已核对影像，属分期实施")
    dialog.get_by_role("button", name="确认写入").tap()
    decided = tab.locator(".palmmap-table", has_text="所依据的两期影像")
    expect(decided).to_contain_text("属分期实施", timeout=WAIT_MS)
    expect(decided).to_contain_text("现场只有土方")
    expect(problem).to_have_count(0, timeout=WAIT_MS)


def test_a_touch_beside_the_dialog_loses_nothing_and_a_refused_photo_says_why(
    tab: Page, app_url: str, settle: Settle, waiting: list[int]
) -> None:
    look(tab, app_url, waiting[-1], settle)
    tab.keyboard.press("3")
    dialog = tab.get_by_role("dialog")
    dialog.locator("textarea").click()
    tab.keyboard.type("1 号地块云量过大")
    for name in ("IMG_0001.HEIC", "gate.gif"):
        image = {"name": name, "mimeType": f"image/{name[-4:].lower()}", "buffer": b"x"}
        dialog.locator("input[type=file]").set_input_files(image)
    refused = dialog.locator("[role=alert]")
    expect(refused.first).to_contain_text("HEIC 照片请在手机上转存为 JPEG", timeout=WAIT_MS)
    assert min((refused.first.bounding_box() or {}).get(side, 0) for side in ("width", "height")) > 10
    expect(refused.nth(1)).to_contain_text("不收这种格式")
    tab.touchscreen.tap(60, 700)
    tab.keyboard.press("Escape")
    expect(dialog.locator("textarea")).to_have_value("1 号地块云量过大", timeout=WAIT_MS)
    dialog.get_by_role("button", name="返回").tap()
    expect(dialog).to_have_count(0, timeout=WAIT_MS)


def test_the_next_site_is_one_tap_away_after_a_decision(
    tab: Page, app_url: str, settle: Settle, demo_engine: Engine
) -> None:
    """Who skipped the first site and decided on the second is led to the third, not back to the first."""
    look(tab, app_url, int(queue(VIEWER, AS_OF, demo_engine).index[0]), settle)
    tab.get_by_role("button", name="下一处").tap()
    title = tab.locator(".inspection-title")
    expect(title).to_contain_text("队列第 2 /", timeout=WAIT_MS)
    settle(tab)
    title.locator("b").click()
    tab.keyboard.press("3")
    sign(tab.get_by_role("dialog"), "")
    tab.get_by_role("dialog").get_by_role("button", name="确认写入").tap()
    expect(tab.locator(".inspection-decided")).to_contain_text("补拍复核", timeout=WAIT_MS)
    settle(tab)
    tab.get_by_role("button", name="核查下一处").tap()
    expect(title).to_contain_text("队列第 2 /", timeout=WAIT_MS)


def test_a_telephone_shows_menu_name_and_pictures_without_overlap(
    tab: Page, app_url: str, settle: Settle, idle: int
) -> None:
    tab.set_viewport_size({"width": 390, "height": 844})
    frame = look(tab, app_url, idle, settle, "&state=all")
    tops = [".palmmap-bar", ".palmmap-freshness", ".inspection-title", ".st-key-inspection_pictures iframe"]
    boxes = [tab.locator(one).first.bounding_box() for one in tops]
    for upper, lower in pairwise(boxes):
        assert upper
        assert lower
        assert upper["y"] + upper["height"] <= lower["y"] + 1
    assert boxes[-1]
    assert boxes[-1]["y"] < 260
    signs = [frame.locator(f".inspect-side.{side} .inspect-sign").bounding_box() for side in ("before", "after")]
    assert signs[0]["x"] + signs[0]["width"] <= signs[1]["x"]
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_photo_goes_into_the_record_with_the_decision_and_the_problem_is_settled(
    tab: Page, app_url: str, settle: Settle, demo_engine: Engine, idle: int
) -> None:
    place = project_imagery(VIEWER, idle, AS_OF, demo_engine).bounds
    assert place
    image = photo((place[0] + place[2]) / 2, (place[1] + place[3]) / 2, "2024:10:30 10:30:00")
    look(tab, app_url, idle, settle)
    tab.keyboard.press("1")
    dialog = tab.get_by_role("dialog")
    expect(dialog).to_contain_text("确认不符", timeout=WAIT_MS)
    sign(dialog, "现场无机械和人员")
    dialog.locator("input[type=file]").set_input_files({"name": "gate.jpg", "mimeType": "image/jpeg", "buffer": image})
    expect(dialog.get_by_text("gate.jpg")).to_be_visible(timeout=WAIT_MS)
    dialog.get_by_role("button", name="确认写入").tap()
    expect(tab.locator(".inspection-problem")).to_contain_text("办理中", timeout=WAIT_MS)
    expect(tab.locator(".inspection-title")).to_contain_text("红灯")
    shown = tab.locator(".st-key-inspection_said [data-testid=stImage] img")
    expect(shown).to_have_count(1, timeout=WAIT_MS)
    settle(tab)
    tab.get_by_role("button", name="办结", exact=True).tap()
    sign(dialog, "已组织复工")
    dialog.get_by_role("button", name="确认办结").tap()
    expect(tab.locator(".inspection-problem")).to_have_count(0, timeout=WAIT_MS)
    expect(tab.locator(".palmmap-table", has_text="已组织复工")).to_be_visible(timeout=WAIT_MS)
    tab.goto(f"{app_url}/dossier?as_of={AS_OF}&project={idle}")
    settle(tab)
    expect(tab.get_by_text("影像核查照片", exact=True)).to_be_visible(timeout=WAIT_MS)
    expect(tab.get_by_text("拍摄地点在项目红线内")).to_be_visible()
    prints_its_photo(tab, app_url, project_imagery(VIEWER, idle, AS_OF, demo_engine).inspections[0]["id"], image)


def test_a_decision_waits_for_its_photo(tab: Page, app_url: str, settle: Settle, waiting: list[int]) -> None:
    """On a slow line a photo is still on its way when the decision is written: it may not go without it."""
    look(tab, app_url, waiting[-4], settle)
    tab.keyboard.press("3")
    dialog = tab.get_by_role("dialog")
    sign(dialog, "")
    tab.route("**/upload_file/**", lambda route: (tab.wait_for_timeout(SLOW_MS), route.continue_()))
    image = photo(110.0, 34.0, "2024:10:30 10:30:00")
    dialog.locator("input[type=file]").set_input_files({"name": "slow.jpg", "mimeType": "image/jpeg", "buffer": image})
    expect(dialog.get_by_test_id("stFileChipIconSpinner")).to_be_visible(timeout=WAIT_MS)
    tab.keyboard.press("Control+Enter")
    dialog.get_by_role("button", name="\u786e\u8ba4\u5199\u5165").tap()
    expect(tab.locator(".inspection-decided")).to_contain_text("补拍复核", timeout=WAIT_MS)
    expect(tab.locator(".st-key-inspection_said [data-testid=stImage] img")).to_have_count(1, timeout=WAIT_MS)


def prints_its_photo(tab: Page, app_url: str, inspection_id: int, image: bytes) -> None:
    """The photo stands on the sheet with its time, place and checksum, who signed is marked, and two pages do."""
    tab.goto(app_url + sheet_address(inspection_id))
    tab.wait_for_function(
        "() => document.images.length === 3 && [...document.images].every((i) => i.naturalWidth > 0)", timeout=WAIT_MS
    )
    said = tab.locator("body")
    for part in (
        "2024-10-30 10:30",
        "\u9879\u76ee\u7ea2\u7ebf\u5185",
        sha256(image).hexdigest(),
        "\u672a\u7ecf\u767b\u5f55\u6838\u9a8c",
    ):
        expect(said).to_contain_text(part, timeout=WAIT_MS)
    assert tab.pdf(format="A4", prefer_css_page_size=True).count(b"/Type /Page\n") == 2


def test_a_name_that_is_remembered_costs_no_key(tab: Page, app_url: str, settle: Settle, waiting: list[int]) -> None:
    """Key, name, note, Ctrl and Enter; on the next site, opened anew, key, note, Ctrl and Enter."""
    look(tab, app_url, waiting[-2], settle)
    dialog, decided = tab.get_by_role("dialog"), tab.locator(".inspection-decided")
    tab.keyboard.press("3")
    expect(dialog.get_by_label("\u59d3\u540d")).to_be_focused(timeout=WAIT_MS)
    settle(tab)  # a dialog that is still opening takes the focus back
    tab.keyboard.insert_text("\u6b27\u9633\u5efa\u56fd")
    tab.keyboard.press("Tab")
    expect(dialog.locator("textarea")).to_be_focused(timeout=WAIT_MS)
    settle(tab)
    tab.keyboard.insert_text("\u4e91")
    tab.keyboard.press("Control+Enter")
    expect(decided).to_contain_text("\u6b27\u9633\u5efa\u56fd\uff08\u81ea\u62a5\u59d3\u540d", timeout=WAIT_MS)
    settle(tab)
    look(tab, app_url, waiting[-3], settle)
    tab.keyboard.press("3")
    expect(dialog.locator("textarea")).to_be_focused(timeout=WAIT_MS)
    tab.keyboard.insert_text("\u9634\u5f71")
    tab.keyboard.press("Control+Enter")
    expect(decided).to_contain_text("\u9634\u5f71", timeout=WAIT_MS)
    expect(decided).to_contain_text("\u6b27\u9633\u5efa\u56fd")


@pytest.mark.parametrize("size", [(1180, 820), (390, 844)])
def test_one_date_is_shown_whole_without_a_line(
    tab: Page, app_url: str, settle: Settle, demo_engine: Engine, size: tuple[int, int]
) -> None:
    with Session(demo_engine) as session:
        lonely = session.scalars(select(Project.id).where(Project.name == LONELY)).one()
    tab.set_viewport_size({"width": size[0], "height": size[1]})
    tab.goto(f"{app_url}/inspection?as_of={AS_OF}&project={lonely}")
    settle(tab)
    frame = tab.frame_locator(IFRAME)
    frame.locator(".leaflet-after-pane .leaflet-tile-loaded").first.wait_for(state="attached", timeout=WAIT_MS)
    expect(frame.locator(".inspect-side.after .inspect-sign")).to_contain_text("2024\u5e745\u67088\u65e5")
    for gone in (".inspect-grip", ".inspect-dates", ".inspect-mode", ".inspect-side.before"):
        expect(frame.locator(gone)).to_be_hidden()
    tab.keyboard.press("s")
    tab.keyboard.press("ArrowLeft")
    assert (state(tab)["line"], state(tab)["mode"]) == (0, "swipe")
    assert state(tab)["zoom"] >= 14, "the site is seen, not the country"
    expect(tab.get_by_text("\u4e0d\u80fd\u5bf9\u7167")).to_be_visible(timeout=WAIT_MS)
    assert tab.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_the_sheet_prints_on_paper_with_both_pictures(
    tab: Page, app_url: str, settle: Settle, demo_engine: Engine, behind: int, watched: Watched
) -> None:
    look(tab, app_url, behind, settle, "&state=all")
    address = tab.get_by_role("link", name="核查单").get_attribute("href")
    assert address
    tab.goto(app_url + address)
    tab.wait_for_function(
        "() => [...document.images].length === 2 && [...document.images].every((i) => i.naturalWidth > 100)",
        timeout=WAIT_MS,
    )
    expect(tab.locator("figure.sample")).to_have_count(2)
    expect(tab.get_by_text("核查人：")).to_be_visible()
    pages = tab.pdf(format="A4", prefer_css_page_size=True).count(b"/Type /Page\n")
    assert pages <= 2
    assert watched.outside == []
