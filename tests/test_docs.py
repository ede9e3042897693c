"""Documents say what is there: each command, each strap, each file they point to."""

import re
from pathlib import Path

from coherence.cli.commands import COMMANDS
from coherence.devices.quirks import QUIRKS
from coherence.devices.straps import STRAPS, StrapModel, Stream
from coherence.ui.words import STRAPS as STRAPS_SAID

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()
TEXTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def test_every_command_is_in_the_readme() -> None:
    for name in COMMANDS:
        assert f"coherence {name}" in README, name


def test_commands_have_help() -> None:
    for _, (_, _, text) in COMMANDS.items():
        assert text.endswith(".")


def strap_row(model: StrapModel) -> str:
    good = "yes" if Stream.INTERVALS in model.streams else "no"
    if Stream.PULSE_INTERVALS in model.streams:
        good = "only at rest"
    return f"| {model.label} | {good} | {model.notes} |"


def test_every_strap_is_in_its_page() -> None:
    page = (ROOT / "docs" / "straps.md").read_text()
    known = page[page.index("## Known straps") :]
    rows = [line for line in known.splitlines() if line.startswith("| ")][1:]
    assert rows == [strap_row(model) for model in STRAPS]


def test_every_quirk_is_in_the_page_of_straps_as_it_is_said() -> None:
    page = (ROOT / "docs" / "straps.md").read_text()
    for row in QUIRKS:
        assert f"| {row.sentence}. |" in page
    for word in STRAPS_SAID.values():
        assert f"| {word} |" in page


def test_links_lead_somewhere() -> None:
    for text in TEXTS:
        for link in re.findall(r"\]\(([^)#]+)\)", text.read_text()):
            if not link.startswith("http"):
                assert (text.parent / link).exists(), f"{text.name}: {link}"


def test_no_machine_paths_and_no_registry_hosts() -> None:
    ours = re.compile(r"(?<![\w.])/(?:work|root|farm)/|pypi\.org|files\.pythonhosted")
    for file in [*TEXTS, *(ROOT / "src").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]:
        if file != Path(__file__).resolve():
            assert not ours.search(file.read_text()), file


def test_the_safety_note_stands_in_the_readme() -> None:
    assert "not a medical device" in README
