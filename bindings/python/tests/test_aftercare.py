"""The module as a host program uses it: loading, a case, decimals, instants, findings, data frames."""

import datetime
import os
import pathlib
import sqlite3
from decimal import Decimal

import pytest

import aftercare

ROOT = pathlib.Path(os.environ["AFTERCARE_SOURCE"])
SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))


def at(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture(scope="module")
def rules():
    return aftercare.load(
        ROOT / "rules/appliance/installer_liabilities",
        overlays=[ROOT / "examples/overlays/installer_liabilities.overlay.yaml"],
    )


@pytest.fixture
def engine(rules):
    made = aftercare.Engine(rules)
    opened = made.send(
        "dispatched", at("2024-03-04T09:00:00"), role="dispatcher",
        data={"order_no": "A1", "work": "install", "technician": "li", "machines_ordered": 1},
    )
    assert opened["outcome"] == "applied"
    assert opened["state"] == "on_the_way"
    return made


def test_a_missed_appointment_is_told_with_its_clause(engine):
    assert engine.due(at("2024-03-04T09:30:00")) == []
    [breach] = engine.due(at("2024-03-04T09:30:01"))
    assert breach["case"] == "order/A1"
    [fine] = [entry for entry in engine.entries() if entry["kind"] == "fine"]
    assert fine["amount"] == aftercare.Money(Decimal("50.00"), "CNY")
    assert fine["clauses"] == ["S2-09-C05"]
    assert "S2-09-C05" in engine.explain("A1", zone="Asia/Shanghai")


def test_the_answer_to_a_repeated_message_is_the_first_one(engine):
    first = engine.send("appointed", at("2024-03-04T09:10:00"), key="A1", role="technician", person="li", message_id="m")
    again = engine.send("appointed", at("2024-03-04T09:10:00"), key="A1", role="technician", person="li", message_id="m")
    assert first["outcome"] == "applied"
    assert again["outcome"] == "repeated"
    assert again["step"] == first["step"]


def test_a_refusal_changes_nothing_and_says_why(engine):
    before = engine.find("A1")
    refused = engine.send("arrived", at("2024-03-04T10:00:00"), key="A1", role="dispatcher", data={"workwear": True})
    assert refused["outcome"] == "refused"
    assert refused["reasons"]
    assert engine.find("A1", now=at("2024-03-04T09:00:00"))["data"] == before["data"]


def test_what_is_taken_back_never_was(engine):
    engine.send("appointed", at("2024-03-04T09:10:00"), key="A1", role="technician", person="li")
    back = {"key": "A1", "role": "technician", "person": "li", "reason": "of another order", "data": {"fact": "appointed"}}
    assert engine.send("retract", at("2024-03-04T09:20:00"), **back)["outcome"] == "applied"
    again = engine.send("retract", at("2024-03-04T09:21:00"), **back)
    assert [r["help"] for r in again["reasons"]] == ["it has been taken back already"]
    assert engine.due(at("2024-03-04T09:30:00")) == []
    [breach] = engine.due(at("2024-03-04T09:30:01"))
    assert all(effect["kind"] != "take_back" for effect in breach["effects"])
    assert "of another order" in engine.explain("A1", zone="Asia/Shanghai")


def test_amounts_are_decimals_and_instants_are_aware(engine):
    engine.send("collected", at("2024-03-04T09:20:00"), key="A1", role="technician", person="li",
                data={"fee": Decimal("300.50")})
    view = engine.find("A1")
    assert view["data"]["fee"] == aftercare.Money(Decimal("300.50"), "CNY")
    assert view["opened"].tzinfo is not None
    assert view["opened"] == at("2024-03-04T09:00:00")


def test_floats_and_naive_datetimes_are_refused(engine):
    with pytest.raises(TypeError, match="not exact"):
        engine.send("collected", at("2024-03-04T09:20:00"), key="A1", data={"fee": 300.5})
    with pytest.raises(ValueError, match="zone"):
        engine.due(datetime.datetime(2024, 3, 4, 10))


def test_next_says_what_may_happen_and_by_whom(engine):
    possible = {p["event"]: p for p in engine.next("A1", at("2024-03-04T09:01:00"))}
    assert possible["arrived"]["leads_to"] == ["at_work"]
    assert possible["arrived"]["possible"]
    assert "finished" not in possible


def test_a_case_in_a_file_is_there_for_the_next_engine(rules, tmp_path):
    path = str(tmp_path / "cases.db")
    first = aftercare.Engine(rules, path)
    first.send("dispatched", at("2024-03-04T09:00:00"), role="dispatcher",
               data={"order_no": "A1", "work": "install", "technician": "li", "machines_ordered": 1})
    del first
    assert aftercare.Engine(rules, path).cases() == ["order/A1"]


def test_findings_are_exceptions_with_places(tmp_path):
    pack = tmp_path / "pack.yaml"
    pack.write_text("aftercare: 1\npack: x\ntitel: y\n", encoding="utf-8")
    with pytest.raises(aftercare.CheckError) as caught:
        aftercare.load(pack)
    assert any(d["line"] == 3 and "titel" in d["message"] for d in caught.value.diagnostics)
    assert isinstance(caught.value, aftercare.Error)
    rules, findings = aftercare.check(pack)
    assert rules is None and findings


def test_unset_parameters_stop_the_engine_with_their_clause():
    rules = aftercare.load(ROOT / "rules/appliance/installer_liabilities")
    assert {p["name"] for p in rules.unset_parameters} >= {"hand_in_within", "completion_within"}
    with pytest.raises(aftercare.Error, match="S2-09-C02"):
        aftercare.Engine(rules)


DESK = """aftercare: 1
pack: desk
source: T
timezone: Asia/Shanghai
currency: CNY
roles: {clerk: clerk, chief: chief, office: office}
procedure call:
  key: number
  case: {number: string, urgent: boolean}
  requests:
    called: {opens: waiting, by: clerk, gives: [number, urgent]}
    taken:  {by: chief}
  states:
    waiting: {when: {taken: done}}
    done: final
articles:
  C01:
    text: Urgent calls first.
    worklist line: {of: call, in: waiting, for: chief, order: [urgent first, called.at]}
  C02:
    text: The chief answers for small losses, the office for others.
    responsible losses:
      inputs: {amount: money}
      rows: |
        | amount     || who    | cites |
        | < 100 CNY  || chief  | C02   |
        | >= 100 CNY || office | C02   |
"""


@pytest.fixture
def desk(tmp_path):
    (tmp_path / "pack.yaml").write_text(DESK, encoding="utf-8")
    made = aftercare.Engine(aftercare.load(tmp_path))
    for minute, number, urgent in ((0, "A1", False), (1, "A2", True)):
        told = made.send("called", at(f"2024-03-04T09:0{minute}:00"), role="clerk",
                         data={"number": number, "urgent": urgent})
        assert told["outcome"] == "applied"
    return made


def test_who_answers_for_a_matter(desk):
    small = desk.responsible("losses", at("2024-03-04T10:00:00"), {"amount": "50 CNY"})
    assert (small["who"], small["clauses"]) == ("chief", ["T-C02"])
    with pytest.raises(aftercare.Error) as wrong:
        desk.responsible("losses", at("2024-03-04T10:00:00"))
    assert wrong.value.code == "invalid_argument"


def test_who_waits_and_who_is_taken_out_of_turn(desk):
    [line] = desk.worklist("line")
    assert [one["key"] for one in line["cases"]] == ["A2", "A1"]
    [taken] = [one for one in desk.next("A1", at("2024-03-04T10:00:00")) if one["event"] == "taken"]
    assert taken["turns"] == [{"worklist": "line", "place": 2, "waiting": 2, "first": "call/A2"}]
    refused = desk.send("taken", at("2024-03-04T10:00:00"), key="A1", role="chief")
    assert [one["code"] for one in refused["reasons"]] == ["out_of_turn"]
    why = desk.why_not("taken", at("2024-03-04T10:00:00"), key="A1", role="clerk")
    assert why["outcome"] == "refused"
    asked = desk.ask_next("called", at("2024-03-04T10:00:00"), {"number": "A3"}, role="clerk")
    assert "called.urgent" in [fact["fact"] for fact in asked["missing"]]
    came = desk.send("taken", at("2024-03-04T10:00:00"), key="A1", role="chief", reason="on the way")
    assert came["outcome"] == "applied"
    assert [one["key"] for one in desk.worklist()[0]["cases"]] == ["A2"]


def test_a_log_becomes_data_frames(rules, tmp_path):
    pytest.importorskip("pandas")
    log = tmp_path / "log.csv"
    log.write_text(
        "case,event,at,role,person,order_no,work,technician,machines_ordered\n"
        "A1,dispatched,2024-03-04T09:00:00+08:00,dispatcher,,A1,install,li,1\n"
        "A1,appointed,2024-03-04T09:40:00+08:00,technician,li,,,,\n"
        "A2,appointed,2024-03-04T09:40:00+08:00,technician,li,,,,\n"
        "A1,misspelt,2024-03-04T09:41:00+08:00,technician,li,,,,\n",
        encoding="utf-8",
    )
    done = aftercare.replay(rules, log)
    later = aftercare.replay(rules, log, until=at("2024-03-06T09:00:00"))
    assert later.summary["last"] == done.summary["last"]
    assert later.clocks_frame()["late_by"].max() >= done.clocks_frame()["late_by"].max()
    with pytest.raises(ValueError):
        aftercare.replay(rules, log, until=datetime.datetime(2024, 3, 6))
    assert done.summary["rows"] == 4
    assert done.summary["applied"] == 1 + 1
    assert done.summary["refused"] == 1
    assert done.summary["unmapped"] == 1
    assert done.summary["reconciles"]
    assert done.summary["last"].isoformat() == "2024-03-04T01:40:00+00:00"
    assert [(r["rows"], r["became"], r["first_row"]) for r in done.summary["refusals"]] == [
        (1, "refused", 4), (1, "unmapped", 5)]
    clocks = done.clocks_frame().set_index("clock")
    assert clocks.loc["appointment", "state"] == "breached"
    # The summary's worst is the frame's greatest.
    told = {clock["clock"]: clock for clock in done.summary["clocks"]}["appointment"]
    assert told["worst_late"] == clocks.loc["appointment", "late_by"]
    assert (told["worst_case"], told["worst_is_done"], sum(told["late"])) == ("order/A1", True, 1)
    assert done.summary["worst"] == ["order/A1"]
    entries = done.entries_frame()
    assert Decimal("50.00") in list(entries["amount"])
    assert "S2-09-C05" in done.explain("A1")
    assert len(done.cases_frame()) == 1


def test_the_stub_names_what_the_package_has():
    stub = (pathlib.Path(aftercare.__file__).parent / "__init__.pyi").read_text(encoding="utf-8")
    for name in aftercare.__all__:
        assert name in stub


LEAVE = """aftercare: 1
pack: leave_desk
source: R-09
timezone: Asia/Shanghai
roles: {staff: 员工}
registers:
  employee: {store: store}
  store: {city: string}
procedure leave:
  key: number
  case: {number: string, applicant: employee, city: string = applicant.store.city}
  requests:
    asked: {opens: open, by: applicant, gives: [number, applicant]}
    taken: {by: applicant}
  states:
    open: {when: {taken: away}}
    away: final
articles:
  C01: {text: Leave is asked for., no_rule: conduct}
"""


def test_registers_are_read_from_where_the_caller_or_an_overlay_says(tmp_path):
    (tmp_path / "pack.yaml").write_text(LEAVE, encoding="utf-8")
    people = tmp_path / "people"
    people.mkdir()
    (people / "employee.csv").write_text("id,store\nli,east\n", encoding="utf-8")
    (people / "store.csv").write_text("id,city\neast,Tianjin\n", encoding="utf-8")
    base = sqlite3.connect(tmp_path / "people.db")
    base.execute("create table employee(id text, store text)")
    base.execute("create table store(id text, city)")
    base.execute("insert into employee values('li', 'west')")
    base.execute("insert into store values('west', 'Lhasa, \"old\" town')")
    base.execute("create table orders(id integer, price real)")
    base.commit()
    overlay = tmp_path / "acme.overlay.yaml"
    overlay.write_text(
        "aftercare: 1\noverlay: acme\nregisters: {employee: people/employee.csv, store: people/store.csv}\n",
        encoding="utf-8")
    log = tmp_path / "log.csv"
    log.write_text("case,event,at,role,person,applicant\nL1,asked,2024-03-04T09:00,staff,li,li\n", encoding="utf-8")
    plain = aftercare.load(tmp_path / "pack.yaml")
    overlaid = aftercare.load(tmp_path / "pack.yaml", overlays=overlay)

    def city(engine):
        made = engine.send("asked", at("2024-03-04T09:00:00"), role="staff", person="li",
                           data={"number": "L1", "applicant": "li"})
        return engine.find(made["case"])["data"]["city"]

    assert city(aftercare.Engine(plain, registers=people)) == "Tianjin"
    assert city(aftercare.Engine(overlaid)) == "Tianjin"
    assert city(aftercare.Engine(overlaid, registers=tmp_path / "people.db")) == 'Lhasa, "old" town'
    assert aftercare.replay(overlaid, log).case("L1")["data"]["city"] == "Tianjin"
    assert aftercare.replay(plain, log, registers=people).summary["applied"] == 1
    with pytest.raises(aftercare.CheckError) as refused:
        aftercare.Engine(plain)
    assert [one["code"] for one in refused.value.diagnostics] == ["AC1109"]
    base.execute("update store set city = 1.5")
    base.commit()
    with pytest.raises(aftercare.CheckError) as refused:
        aftercare.Engine(plain, registers=tmp_path / "people.db")
    assert "REAL" in refused.value.diagnostics[0]["message"]
