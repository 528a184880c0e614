"""000-16 季通报, 000-25 表态, 002-16 提醒函: the papers of a quarter, as the browser gets them."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from urllib.parse import unquote

import pytest
from docx import Document
from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.testclient import TestClient

from monitor.model import Viewer
from monitor.services.consequences import Decision, decide
from monitor.terms import ConsequenceDecision, Role
from monitor.web import notices

QUARTER = date(2024, 9, 30)
CITY = Viewer("王市长", unit_code="140400")
DONE = {"140403": 75, "140404": 70, "140405": 60, "140423": 50}


@pytest.fixture
def asked_by() -> dict[str, Viewer]:
    return {"viewer": CITY}


@pytest.fixture
def paper(asked_by: dict[str, Viewer]) -> Iterator[Callable[[str], tuple[int, str]]]:
    """Status and words of a paper, without its style."""
    app = Starlette(routes=notices.routes(lambda _request: asked_by["viewer"]))
    with TestClient(app) as client:

        def ask(address: str) -> tuple[int, str]:
            answer = client.get(address)
            body = re.sub(r"(?s)<style>.*?</style>", "", answer.text)
            return answer.status_code, re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", body))

        yield ask


def county(unit: str, done: int) -> dict[str, object]:
    return {"unit_code": unit, "library": "annual", "batch": "continued", "plan": 100, "reports": {9: done}}


def test_000_16_the_quarterly_bulletin_names_every_unit_its_figures_and_what_follows(fill, paper) -> None:
    fill([county(unit, done) for unit, done in DONE.items()])
    status, words = paper(notices.bulletin_address("changzhi", QUARTER))
    assert status == 200
    assert "长治市2024年第三季度 重点项目建设情况通报" in words
    assert "每季度通报各县区" in words, "the clause"
    assert [words.index(f"山西省长治市{name}") for name in ("潞州区", "上党区", "屯留区", "襄垣县")] == sorted(
        words.index(f"山西省长治市{name}") for name in ("潞州区", "上党区", "屯留区", "襄垣县")
    ), "the best first"
    assert "66.67" in words, "the part behind the score"
    assert "表态发言" in words
    assert words.count("拟定\uff0c待决定") == words.count("条款所列的")


def test_000_25_the_letter_is_a_draft_until_a_leader_decides(fill, paper) -> None:
    engine: Engine = fill([county(unit, done) for unit, done in DONE.items()])
    address = notices.letter_address("changzhi", QUARTER, "speech", "140423")
    _, words = paper(address)
    assert "表态发言通知书" in words
    assert "山西省长治市襄垣县\uff08县区长\uff09" in words
    assert "本件不得印发" in words
    made = Decision("changzhi/speech", QUARTER, ["140423"], ConsequenceDecision.CONFIRMED, "三季度通报会")
    decide(CITY, made, engine)
    _, words = paper(address)
    assert "本件不得印发" not in words
    assert "王市长" in words
    assert "三季度通报会" in words
    assert "指标完成排名靠后的县区长进行表态发言" in words


def test_002_16_a_reminder_letter_says_what_is_behind_and_by_how_much(fill, paper, asked_by) -> None:
    asked_by["viewer"] = Viewer("嘉峪关市发展改革委", unit_code="620200")
    fill([{"unit_code": "620200", "year": 2023, "lists": ["industrial_investment"], "plan": 100, "reports": {9: 59}}])
    status, words = paper(notices.letter_address("jiayuguan", date(2023, 9, 30), "reminder", "620200"))
    assert status == 200
    assert "提醒函 甘肃省嘉峪关市\uff08责任单位\uff09" in words
    assert "你单位有1个项目当年完成投资低于应完成投资" in words
    assert "项目1 75 59 16" in words
    assert "产业投资项目年度投资完成率为59.0%\uff0c低于至今应达到的60.0%" in words
    assert "发送提醒函督促加快进度" in words
    early = paper(notices.letter_address("jiayuguan", date(2023, 9, 30), "priority", "620200"))
    assert early[0] == 404, "the year is not over"


def test_002_16_a_department_gets_its_own_letter_and_the_decision_stays_with_it(fill, paper, asked_by) -> None:
    asked_by["viewer"] = city = Viewer("嘉峪关市发展改革委", unit_code="620200")
    listed = {"unit_code": "620200", "year": 2023, "lists": ["industrial_investment"], "plan": 100}
    slow = [{**listed, "responsible": [body], "reports": {9: 59}} for body in ("市工信局", "市住建/城管局")]
    engine = fill([*slow, {**listed, "responsible": ["市商务局"], "reports": {9: 80}}])
    quarter = date(2023, 9, 30)
    for body in ("市工信局", "市住建/城管局"):
        status, words = paper(notices.letter_address("jiayuguan", quarter, "reminder", body))
        assert status == 200
        assert f"提醒函 {body}\uff1a" in words
    assert paper(notices.letter_address("jiayuguan", quarter, "reminder", "市商务局"))[0] == 404
    decide(city, Decision("jiayuguan/reminder", quarter, ["市工信局"], ConsequenceDecision.CONFIRMED, "督导会"), engine)
    assert "本件不得印发" not in paper(notices.letter_address("jiayuguan", quarter, "reminder", "市工信局"))[1]
    assert "本件不得印发" in paper(notices.letter_address("jiayuguan", quarter, "reminder", "市住建/城管局"))[1]
    _, words = paper(notices.bulletin_address("jiayuguan", quarter))
    assert "市工信局 2 产业投资项目年度投资完成率为59.0%\uff0c低于至今应达到的60.0%。 已确认" in words
    asked_by["viewer"] = Viewer("园区负责人", Role.DISTRICT, "620200-z2")
    assert paper(notices.letter_address("jiayuguan", quarter, "reminder", "市工信局"))[0] == 404, "not his"


def test_002_16_the_papers_are_word_documents_too(fill, asked_by) -> None:
    asked_by["viewer"] = Viewer("嘉峪关市发展改革委", unit_code="620200")
    listed = {"unit_code": "620200", "year": 2023, "lists": ["industrial_investment"], "plan": 100}
    fill([{**listed, "responsible": ["市工信局"], "reports": {9: 59}}])
    letter = notices.letter_address("jiayuguan", date(2023, 9, 30), "reminder", "市工信局")
    with TestClient(Starlette(routes=notices.routes(lambda _request: asked_by["viewer"]))) as client:
        assert ".docx" not in client.get(letter).headers.get("content-disposition", "")
        answer = client.get(letter.replace(".html", ".docx"))
        assert client.get(letter.replace(".html", ".pdf")).status_code == 404
    assert unquote(answer.headers["content-disposition"]).endswith("提醒函 市工信局 2023年第三季度.docx")
    made = Document(BytesIO(answer.content))
    words = [paragraph.text for paragraph in made.paragraphs]
    assert words[:3] == ["拟稿\uff1a负责人尚未确认\uff0c本件不得印发。", "提醒函", "市工信局\uff1a"]
    assert not any(text == "打印" or "Word" in text or "{" in text for text in words)
    figures, projects = ([[cell.text for cell in row.cells] for row in table.rows] for table in made.tables)
    assert figures[1] == ["产业投资项目年度投资完成率", "59%", "80%", "73.8"]
    assert projects[1] == ["项目1", "75", "59", "16"]
    page = made.sections[0]
    assert (page.page_width.mm, page.top_margin.mm, page.left_margin.mm) == pytest.approx((210, 37, 28), abs=0.1)
    assert made.paragraphs[3].runs[0].font.size.pt == 16, "GB/T 9704: size 3"


def test_000_25_another_districts_letter_is_not_given(fill, paper, asked_by) -> None:
    fill([county(unit, done) for unit, done in DONE.items()])
    asked_by["viewer"] = Viewer("潞州区区长", Role.DISTRICT, "140403")
    status, words = paper(notices.letter_address("changzhi", QUARTER, "speech", "140423"))
    assert (status, words.strip()[:7]) == (404, "没有这份文书\uff1a")
    _, bulletin = paper(notices.bulletin_address("changzhi", QUARTER))
    assert "襄垣县" in bulletin, "the ranking is everyone's"
    assert "表态发言" not in bulletin, "what follows for others is not"
    for address in ("changzhi/2024/7/bulletin.html", "atlantis/2024/3/bulletin.html", "henan/2023/3/bulletin.html"):
        assert paper(f"{notices.PREFIX}/{address}")[0] == 404
