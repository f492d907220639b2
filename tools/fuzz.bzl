"""Fuzz targets that are also tests."""

load("@rules_cc//cc:defs.bzl", "cc_test")

def fuzz_target(name, srcs, deps, corpus, size = "small", mutations = 20000, **kwargs):
    """A target around LLVMFuzzerTestOneInput.

    As a test it runs every file of the corpus and seeded random mutations of them:

        bazel test //rde:reader_fuzz

    With --config=fuzz it is a libFuzzer binary:

        bazel build --config=fuzz //rde:reader_fuzz
        bazel-bin/rde/reader_fuzz -max_total_time=60 NEW_CORPUS_DIR rde/testdata/fuzz

    Args:
      name: the target's name.
      srcs: sources, one of which defines LLVMFuzzerTestOneInput.
      deps: libraries.
      corpus: files of small inputs, good and bad.
      size: of the test.
      mutations: how many the test runs; fewer where one takes long.
      **kwargs: as for cc_test.
    """
    cc_test(
        name = name,
        size = size,
        srcs = srcs,
        data = corpus,
        args = select({
            "//tools:fuzz_on": [],
            "//conditions:default": [str(mutations)] + ["$(rootpath %s)" % file for file in corpus],
        }),
        linkopts = select({
            "//tools:fuzz_on": ["-fsanitize=fuzzer"],
            "//conditions:default": [],
        }),
        deps = deps + select({
            "//tools:fuzz_on": [],
            "//conditions:default": ["//tools:fuzz_replay"],
        }),
        **kwargs
    )
