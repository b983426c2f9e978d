from __future__ import annotations

import pytest

from postgw.domain.dossier import SERVICE_FORMS
from postgw.domain.errors import Invalid
from postgw.domain.paper import KINDS, Paper
from postgw.rules.import_columns import READS, column_of, import_columns, papers_of, service_form_of


def test_no_heading_and_no_field_stands_twice() -> None:
    columns = import_columns()
    headings = [heading for column in columns for heading in (column.heading, *column.also)]
    assert len(headings) == len(set(headings))
    assert len({column.field for column in columns}) == len(columns)


def test_every_column_can_be_read_and_knows_its_forms() -> None:
    assert {column.reads for column in import_columns()} <= set(READS)
    assert all(column.required_for <= set(SERVICE_FORMS) for column in import_columns())


@pytest.mark.parametrize("heading", ["Mã TTHC", "MA THU TUC", "mã  thủ tục:", "Mã_thủ_tục"])
def test_a_heading_is_known_however_it_is_typed(heading: str) -> None:
    column = column_of(heading)
    assert column is not None
    assert column.field == "/procedure_code"


def test_an_unknown_heading_is_no_column() -> None:
    assert column_of("Màu tóc") is None


@pytest.mark.parametrize(("cell", "form"), [("Gửi", "send"), ("nhan", "return"), ("CẢ HAI", "both")])
def test_a_service_form_is_read_in_words(cell: str, form: str) -> None:
    assert service_form_of(cell) == form


def test_a_papers_cell_is_read_by_the_grammar() -> None:
    papers = papers_of("Giấy chứng nhận QSDĐ (bản chính, trả lại) x1; CCCD (bản sao) x2\nĐơn (nếu có) (Bản chính);")
    assert papers == (
        Paper(name="Giấy chứng nhận QSDĐ", kind="original", must_return=True),
        Paper(name="CCCD", kind="copy", quantity=2),
        Paper(name="Đơn (nếu có)", kind="original"),
    )


def test_what_we_print_of_a_paper_can_be_read_back() -> None:
    papers = tuple(Paper(name=f"Giấy {kind}", kind=kind, quantity=3) for kind in KINDS)
    assert papers_of("; ".join(paper.line() for paper in papers)) == papers


@pytest.mark.parametrize(
    "cell",
    [
        "CCCD",
        "CCCD (2)",
        "CCCD (bản chính, bản sao)",
        "CCCD (bản sao) 2",
        "(bản sao)",
        "CCCD (bản sao, trả lại, thu hồi)",
    ],
)
def test_a_paper_without_a_clear_kind_is_a_bad_cell(cell: str) -> None:
    with pytest.raises(Invalid, match="Giấy tờ thứ 2") as caught:
        papers_of(f"Đơn (bản chính); {cell}")
    assert caught.value.field == "/papers/1"


def test_the_examples_of_the_template_can_be_read() -> None:
    for column in import_columns():
        if column.reads == "papers":
            assert len(papers_of(column.example)) == 2
        if column.reads == "form":
            assert service_form_of(column.example) == "return"
