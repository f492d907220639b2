#include "base/held_text.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tidemark::base {
namespace {

TEST(HeldText, IsTheTextThatWasSetLast) {
  HeldText held;
  EXPECT_EQ(held.text(), "");
  std::string text;
  for (int i = 0; i < 70; ++i) {
    held.Set(text);
    EXPECT_EQ(held.text(), text);
    text.push_back(static_cast<char>(i == 5 ? '\0' : 'a' + i));
  }
  // Shorter ones leave nothing of what was there.
  while (!text.empty()) {
    text.pop_back();
    text = std::string(text.rbegin(), text.rend());
    held.Set(text);
    EXPECT_EQ(held.text(), text);
  }
}

TEST(HeldText, DoesNotReadBehindTheText) {
  // As tight as a test can make it for the sanitizers.
  for (size_t bytes = 0; bytes < 40; ++bytes) {
    const std::string text(bytes, 'x');
    const std::vector<char> tight(text.begin(), text.end());
    HeldText held;
    held.Set({tight.data(), tight.size()});
    EXPECT_EQ(held.text(), text);
  }
}

}  // namespace
}  // namespace tidemark::base
