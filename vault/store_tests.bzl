"""Tests on stores of their own."""

load("@rules_cc//cc:defs.bzl", "cc_test")

def store_tests(names, deps, size = "small", timeout = "moderate", **kwargs):
    """For each name a cc_test of NAME.cc.

    A store syncs whatever changes its state, and the disk may be busy: these tests have more time
    than their size gives.

    Args:
      names: of the tests.
      deps: libraries besides those that every test uses.
      size: of each.
      timeout: of each, longer than that of its size.
      **kwargs: as for cc_test.
    """
    for name in names:
        cc_test(
            name = name,
            size = size,
            timeout = timeout,
            srcs = [name + ".cc"],
            deps = deps + [
                "//base:testing",
                "//third_party/absl",
                "//third_party/gtest:gtest_main",
            ],
            **kwargs
        )
