"""`python -m tests.golden.rewrite` writes the expected files anew. Look at the difference before committing it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from tests.golden.cases import every, expected_file, rendered, wording


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MQASSIST_CACHE"] = str(Path(folder) / "cache")
        for case, language, output in every():
            file = expected_file(case, language, output)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(rendered(case, output, wording(language, Path(folder) / "data")), encoding="utf-8")


if __name__ == "__main__":
    main()
