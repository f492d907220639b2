// The page of a report, in a browser: what it looks like to one is what it has to be judged by.
//
// The browser runs a script of this test in a copy of the page without its policy, because the page
// itself runs none; that it runs none is looked at first.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "tests/support/deposits.h"
#include "tests/support/escrow.h"

namespace tidemark::tests {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kPolicy[] = "<meta http-equiv=\"Content-Security-Policy\"";

// Writes to the title what a reader would stumble over; "fine" for nothing.
constexpr char kLook[] = R"(<script>addEventListener('load', () => {
  const wrong = [];
  const light = text => {
    const parts = text.match(/[\d.]+/g).map(Number).slice(0, 3).map(
        v => v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const ground = e => {
    for (; e; e = e.parentElement) {
      const color = getComputedStyle(e).backgroundColor;
      if (!color.endsWith(', 0)')) return color;
    }
    return 'rgb(255, 255, 255)';
  };
  let texts = 0;
  for (const e of document.querySelectorAll('body *')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    ++texts;
    const style = getComputedStyle(e);
    const [a, b] = [light(e.closest('svg') ? style.fill : style.color), light(ground(e))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) wrong.push(`${e.tagName}.${e.className} contrast ${contrast.toFixed(2)}`);
  }
  if (texts < 50) wrong.push(`${texts} texts`);
  for (const table of document.querySelectorAll('table')) {
    const cells = [...table.rows].map(row => row.cells.length);
    if (cells.some(n => n !== cells[0])) wrong.push(`a table with rows of ${cells} cells`);
  }
  for (const picture of document.querySelectorAll('svg')) {
    const told = picture.getAttribute('role') === 'img' && picture.getAttribute('aria-label');
    if (!told && picture.getAttribute('aria-hidden') !== 'true') wrong.push('a picture untold');
    for (const bar of picture.querySelectorAll('rect')) {
      const box = bar.getBBox();
      const view = picture.viewBox.baseVal;
      if (box.x < 0 || box.x + box.width > view.width + 0.1) wrong.push('a bar out of its picture');
    }
  }
  if (document.documentElement.scrollWidth > innerWidth) {
    wrong.push(`${document.documentElement.scrollWidth} wide in ${innerWidth}`);
  }
  if (document.querySelectorAll('h1').length !== 1) wrong.push('not one heading');
  document.title = 'LOOKED: ' + (wrong.join('; ') || 'fine');
});</script>)";

class Page : public ::testing::Test {
 protected:
  // The browser's document after everything in it has run. No sandbox of its own: it is given our
  // page, and the tests may run as root.
  std::string Render(const std::string& html, const std::vector<std::string>& options = {}) {
    const std::string dir = base::TestDir();
    const std::string path = dir + "/page.html";
    EXPECT_OK(base::WriteFile(path, html, base::FileMode::kPublic));
    std::vector<std::string> command = {"/usr/bin/chromium",
                                        "--headless",
                                        "--no-sandbox",
                                        "--disable-gpu",
                                        "--disable-dev-shm-usage",
                                        "--disable-background-networking",
                                        absl::StrCat("--user-data-dir=", dir, "/profile"),
                                        "--virtual-time-budget=2000",
                                        "--dump-dom"};
    command.insert(command.end(), options.begin(), options.end());
    command.push_back("file://" + path);
    const auto run = base::RunAndCapture(command, absl::Minutes(2), 16 << 20);
    EXPECT_OK(run);
    return run.ok() ? run->out : "";
  }

  // A page with every part: a deposit that fails, beside the deposit before it, which had more.
  std::string WholePage() {
    generator::GeneratorOptions options;
    options.domains = 400;
    const std::string dir = base::TestDir();
    const auto before = WriteDeposit(dir, options);
    EXPECT_OK(before);
    options.domains = 300;
    options.night = 1;
    options.plant_dangling_host = true;
    const auto made = WriteDeposit(dir, options);
    EXPECT_OK(made);
    const auto previous = Tidemark({"check", before->deposit_path, "--format", "json"});
    EXPECT_OK(previous);
    EXPECT_OK(base::WriteFile(dir + "/previous.json", previous->out, base::FileMode::kPublic));
    const auto page =
        Tidemark({"check", made->deposit_path, "--previous", dir + "/previous.json", "--zone",
                  made->zone_path, "--now", "2026-11-24T00:00:00Z", "--format", "html"});
    EXPECT_OK(page);
    return page.ok() ? page->out : "";
  }
};

TEST_F(Page, RunsNoScriptWhateverGotIntoIt) {
  const std::string page = WholePage();
  const std::string attack =
      "<script>document.title = 'OWNED'</script><img src=\"nowhere:\" "
      "onerror=\"document.title = 'OWNED'\"></main>";
  const std::string attacked = absl::StrReplaceAll(page, {{"</main>", attack}});
  ASSERT_NE(attacked, page);
  EXPECT_THAT(Render(attacked), Not(HasSubstr("<title>OWNED")));
  // Without the policy it would have.
  const std::string open = absl::StrReplaceAll(attacked, {{kPolicy, "<meta name=\"none\""}});
  EXPECT_THAT(Render(open), HasSubstr("<title>OWNED"));
}

TEST_F(Page, ShowsEveryPartLegiblyInLightAndDarkOnALargeAndASmallScreen) {
  const std::string page = WholePage();
  for (const char* part : {"<h1>Failed</h1>", "Findings", "Held against", "What was counted",
                           "Since the deposit before it", "Could the people be found again?",
                           "What the objects hold", "What was not judged, and why"}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
  const std::string scripted =
      absl::StrReplaceAll(page, {{kPolicy, absl::StrCat(kLook, "<meta name=\"none\"")}});
  for (const char* size : {"--window-size=1280,1000", "--window-size=500,900"}) {
    for (const char* scheme : {"preferredColorScheme=0", "preferredColorScheme=1"}) {
      const std::string seen = Render(scripted, {size, absl::StrCat("--blink-settings=", scheme)});
      const size_t title = seen.find("<title>");
      ASSERT_NE(title, std::string::npos) << seen.substr(0, 500);
      EXPECT_THAT(seen.substr(title, seen.find("</title>") - title), HasSubstr("LOOKED: fine"))
          << size << " " << scheme;
    }
  }
}

}  // namespace
}  // namespace tidemark::tests
