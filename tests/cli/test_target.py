"""`flask target …`: values reported, the table written and taken back, refusals in words."""

from __future__ import annotations

import json
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from models.base import db
from models.plans import Target
from tests.fixtures.places import World
from tests.workflow.test_plans import accepted


def test_targets_are_listed_reported_written_and_taken_back(world_app: tuple[Flask, World], tmp_path: Path) -> None:
    app, world = world_app
    with app.app_context():
        plan = str(accepted(world))
        world.publish(int(plan))
        target = str(db.session.scalars(select(Target.id).where(Target.plan_id == int(plan))).one())
        db.session.remove()
    run = app.test_cli_runner().invoke
    said = run(args=["target", "report", target, "2023", "3,7", "--source", "Báo cáo 1", "--standing", "official"])
    assert said.exit_code == 0, said.output
    again = run(args=["target", "report", target, "2023", "3,4", "--source", "Báo cáo 2", "--standing", "official"])
    assert again.exit_code == 1
    facts = json.loads(run(args=["target", "list", "--plan", plan, "--json"]).output)[0]
    assert (facts["goal"], facts["latest"], facts["state"]) == ("≥ 3,5 %/năm", "3,7 (2023)", "on_way")
    path = tmp_path / "bang.xlsx"
    assert run(args=["target", "table", plan, "-o", str(path)]).exit_code == 0
    assert run(args=["target", "table", plan, "-o", str(tmp_path / "bang.pdf")]).exit_code == 2
    back = run(args=["target", "take", str(path), "--plan", plan, "--document", "Báo cáo 1", "--dry-run"])
    assert back.exit_code == 0, back.output
    assert "(0)" in back.output
    bad = tmp_path / "sai.csv"
    bad.write_text("TT;Chỉ tiêu;ĐVT;Năm 2025\nI;Giảm nghèo;;\n1;Tỷ lệ hộ nghèo;%/năm;x\n", encoding="utf-8")
    wrong = run(args=["target", "take", str(bad), "--plan", plan, "--document", "Báo cáo 1"])
    assert wrong.exit_code == 1
    assert "D3" in wrong.output
