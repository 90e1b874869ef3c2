"""How quickly a browser filters and searches the HTML report of 10,000 findings.

    python bench/html_report.py

Needs playwright and Chromium. Prints the longest time from a change of the filter to the new layout, and exits with
1 where it is above 200 ms.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from reports import write_bundles

import auditor

MOST_MILLISECONDS = 200
CHANGES = (
    "document.querySelector('[name=severity][value=high]').click()",
    "document.querySelector('[name=severity][value=high]').click()",
    "type('f33')",
    "type('aws:sourcearn bot-alias f1234')",
    "type('no such words')",
    "type('')",
    "document.getElementById('show-later').click()",
    "document.querySelector('.tile.medium a').click()",
)
_MEASURE = """(change) => {
    const type = (text) => {
        const field = document.getElementById('query');
        field.value = text;
        field.dispatchEvent(new Event('input', { bubbles: true }));
    };
    const began = performance.now();
    eval(change);
    document.body.getBoundingClientRect();
    return performance.now() - began;
}"""


def main() -> int:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None or find_spec("playwright") is None:
        print("HTML in a browser: nothing was measured, Chromium or playwright is not installed")
        return 0
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - where it is installed

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as running:
        bundles, file = Path(folder) / "bundles.json", Path(folder) / "report.html"
        write_bundles(bundles)
        report = auditor.audit(auditor.read(bundles))
        file.write_text(report.to_html(), "utf-8")
        browser = running.chromium.launch(executable_path=program, args=["--no-sandbox"])
        # The report's own policy forbids `eval`, which the measurement needs.
        page = browser.new_context(bypass_csp=True).new_page()
        page.goto(file.as_uri())
        page.wait_for_selector("#packed", state="detached")
        page.evaluate(f"({_MEASURE})(\"type('f1')\")")
        while page.inner_text("#status").startswith("reading"):
            page.wait_for_timeout(100)
        longest = max(page.evaluate(_MEASURE, change) for change in CHANGES)
        browser.close()
    print(f"{len(report.findings):,} findings: filtered in at most {longest:.0f} ms")
    return 0 if longest <= MOST_MILLISECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
