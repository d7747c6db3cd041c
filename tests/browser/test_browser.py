"""The whole path in Chromium: the program as it is started, the page as a person sees it."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from coach.session import Coach

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ANSWERED = re.compile(r"^Answered by ")
QUESTION = "My mentor keeps cancelling our meetings. What should I do?"

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian: apt install chromium)")


@pytest.fixture(scope="module")
def address(coach: Coach, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {**os.environ, "COACH_DATA_DIR": str(tmp_path_factory.mktemp("browser"))}
    command = [sys.executable, "-m", "coach", "start", "--headless", "--port", str(port)]
    with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as app:
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.3)
        yield f"http://127.0.0.1:{port}"
        app.terminate()


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        page.set_default_timeout(60_000)
        page.goto(address)
        yield page
        browser.close()


expect.set_options(timeout=60_000)  # machines are shared, and the first turn reads everything


def send(page: Page, text: str) -> None:
    box = page.get_by_test_id("stChatInput").locator("textarea")
    box.fill(text)
    box.press("Enter")


def test_a_question_leads_to_a_cited_answer_whose_sources_open(page: Page, coach: Coach) -> None:
    send(page, QUESTION)
    expect(page.get_by_text(ANSWERED)).to_contain_text("on this computer", timeout=90_000)
    cards = page.get_by_test_id("stPopover")
    assert cards.count() >= 3
    stored = next(d for d in coach.library.documents.values() if d.path == "friction/mentor-keeps-cancelling.md")
    for n in range(cards.count()):
        label = cards.nth(n).inner_text()
        passage = stored.part(label.split("\u00b7", 1)[1].split("\n")[0].strip())
        assert passage, label
        cards.nth(n).get_by_role("button").click()
        body = page.get_by_test_id("stPopoverBody")
        expect(body).to_be_visible()
        shown = " ".join(body.inner_text().split())
        assert " ".join(passage.text.replace("> ", "").split())[:60] in shown
        assert body.locator("mark").count() == 1
        page.keyboard.press("Escape")
        expect(body).to_be_hidden()


def test_a_conversation_survives_a_refresh(page: Page) -> None:
    send(page, "What does a mentor do?")
    expect(page.get_by_text(ANSWERED)).to_be_visible()
    page.reload()
    expect(page.get_by_text(ANSWERED)).to_be_visible()
    expect(page.get_by_label("Chat message from user")).to_contain_text("What does a mentor do?")


def test_what_a_person_types_is_shown_and_never_run(page: Page) -> None:
    send(page, "My mentor said <img src=x onerror=\"document.title='owned'\"> and ![x](http://127.0.0.1:9/x.png)")
    expect(page.get_by_text(ANSWERED)).to_be_visible()
    assert page.title() == "Mentorship coach"
    assert page.get_by_role("main").locator("img").count() == 0


def test_a_stop_keeps_what_was_said_and_the_conversation_goes_on(page: Page) -> None:
    send(page, "What does the research say about how much mentoring helps, and for whom?")
    stop = page.get_by_test_id("stChatInputStopButton")
    stop.click()
    expect(stop).to_be_hidden()
    expect(page.get_by_label("Chat message from user")).to_contain_text("What does the research say")
    page.reload()
    expect(page.get_by_label("Chat message from user")).to_contain_text("What does the research say")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text(ANSWERED)).to_be_visible(timeout=90_000)


def test_a_rehearsal_with_a_rewind_and_a_branch_leads_to_a_card(page: Page) -> None:
    said = "Three of our last four meetings were cancelled on the day. What gets in the way for you?"
    for count, line in enumerate(
        (
            "I want to practise telling my mentor that the cancelled meetings cost me a lot",
            "You never have time for me.",
            "rewind to 0",
            said,
            "stop",
        ),
        1,
    ):
        send(page, line)
        expect(page.get_by_text(ANSWERED)).to_have_count(count, timeout=90_000)
    expect(page.get_by_text("We are back at the start")).to_be_visible()
    expect(page.get_by_text("How it went")).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart")).to_be_visible()
    with page.expect_download() as file:
        page.get_by_role("button", name="Markdown").last.click()
    assert said in file.value.path().read_text(encoding="utf-8")
