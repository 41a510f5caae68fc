"""A file's rows beside the store, in little memory and with room for what is odd."""

from datetime import date
from pathlib import Path

from dangol.contact.intake.staging import Staging
from dangol.contact.intake.tables import opened
from dangol.lib.progress import silent


class TestStaging:
    def test_gives_a_wide_file_room(self, tmp_path: Path) -> None:
        path = tmp_path / "wide.csv"
        headings = ["고객번호", "일자", "금액", *(f"칸{place}" for place in range(800))]
        rows = "".join(f"{row},2026-11-01,{row}{',x' * 800}\n" for row in range(500))
        path.write_text(",".join(headings) + "\n" + rows, encoding="utf-8")
        with Staging(tmp_path / "beside") as stage:
            stage.read(opened(path, today=date(2026, 11, 22)), silent)
            stage.make("copy", "SELECT * FROM raw")
            assert stage.one("SELECT count(*), min(c802) FROM copy") == (500, "x")
            assert [part.num_rows for part in stage.batches("SELECT row FROM copy ORDER BY row", 300)] != []
        assert list((tmp_path / "beside").iterdir()) == []

    def test_takes_the_room_back_when_what_needed_it_is_made(self, tmp_path: Path) -> None:
        with Staging(tmp_path / "beside") as stage:
            least = stage.one("SELECT current_setting('memory_limit')")
            stage.make("words", "SELECT n, repeat(n::VARCHAR, 20) AS word FROM range(400_000) AS t(n)")
            stage.make("sorted", "SELECT list(word ORDER BY word) AS words FROM words")  # a list lies in memory whole
            assert stage.one("SELECT len(words) FROM sorted") == (400_000,)
            stage.make("few", "SELECT 1 AS one")
            assert stage.one("SELECT current_setting('memory_limit')") == least
