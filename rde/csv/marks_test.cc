#include "rde/csv/marks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace tidemark::rde::csv {
namespace {

constexpr uint32_t kBase = 1'000;

// Each byte by itself, by the header's words.
struct Naive {
  Naive(const std::string& text, char separator) {
    bool in_run = false;
    for (size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      const auto at = kBase + static_cast<uint32_t>(i);
      const bool is_odd = static_cast<signed char>(c) < ' ';
      if (i % kMarksStepBytes == 0) in_run = false;
      if (c == separator) {
        marks.push_back(at);
        ++separators;
        in_run = false;
      } else if (c == '\n' || c == '"' || (is_odd && !in_run)) {
        marks.push_back(at);
        stops.push_back({at, separators});
        in_run = is_odd && c != '\n';
      } else if (!is_odd) {
        in_run = false;
      }
      const auto is_bound = [separator](char beside) {
        return beside == separator || beside == '"' || static_cast<signed char>(beside) <= ' ';
      };
      const bool is_loose =
          i == 0 || is_bound(text[i - 1]) || i + 1 == text.size() || is_bound(text[i + 1]);
      if (c == ' ' && c != separator && is_loose) marks.push_back(at);
    }
  }

  std::vector<uint32_t> marks;
  std::vector<Stop> stops;
  uint32_t separators = 0;
};

void ExpectFound(const std::string& text, char separator) {
  const Naive naive(text, separator);
  // What lies behind the text is looked at and must not count.
  const std::string padded = text + std::string(kMarksStepBytes, '"');
  for (const auto find : {FindMarks, FindMarksNarrow}) {
    std::vector<uint32_t> marks(text.size() + kMarksSpare);
    marks.resize(find(padded.data(), text.size(), separator, kBase, marks.data()));
    ASSERT_EQ(marks, naive.marks) << text;
  }
  std::vector<Stop> stops(text.size());
  uint32_t separators = 0;
  stops.resize(FindStops(padded.data(), text.size(), separator, kBase, separators, stops.data()));
  ASSERT_EQ(separators, naive.separators) << text;
  ASSERT_EQ(stops.size(), naive.stops.size()) << text;
  for (size_t i = 0; i < stops.size(); ++i) {
    ASSERT_EQ(stops[i].at, naive.stops[i].at) << text;
    ASSERT_EQ(stops[i].separators, naive.stops[i].separators) << text;
  }
}

TEST(Marks, AreThoseOfALookAtEachByte) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) {
    // The rarer bytes come last.
    static constexpr char kBytes[] = "abcz,,\n;\" \t\r\x1f!\x7f\x80\xff";
    const size_t kinds = 1 + random() % (sizeof(kBytes) - 1);
    std::string text(random() % 300, 'x');
    for (char& c : text) {
      if (random() % 4 == 0) c = kBytes[random() % kinds];
    }
    static constexpr char kSeparators[] = ",,,;; \t";
    ExpectFound(text, kSeparators[random() % (sizeof(kSeparators) - 1)]);
  }
}

TEST(Marks, ASpaceIsLooseWhereverAnotherStandsBesideIt) {
  for (const size_t size : {1u, 15u, 16u, 17u, 63u, 64u, 65u, 128u, 129u}) {
    for (size_t at = 0; at < size; ++at) {
      std::string text(size, 'x');
      text[at] = ' ';
      ExpectFound(text, ',');
      for (const char beside : {' ', ',', '\n', '"', '\t', '\x80', 'y'}) {
        if (at + 1 < size) text[at + 1] = beside;
        ExpectFound(text, ',');
      }
    }
  }
}

}  // namespace
}  // namespace tidemark::rde::csv
