"""What rules of several packages below tests/ depend on."""

# Of tests that run the programs as people do.
PROGRAMS = [
    "//base:file",
    "//base:subprocess",
    "//base:testing",
    "//tests/support:deposits",
    "//tests/support:escrow",
    "//third_party/absl",
    "//third_party/gtest:gtest_main",
]

# From a deposit to what RDAP and WHOIS answer of it, in one process.
REGISTRATION_ANSWERS = [
    "//base:config",
    "//base:file",
    "//base:status",
    "//failover/lookup",
    "//failover/rdap",
    "//failover/rebuild",
    "//failover/store",
    "//failover/whois",
    "//failover/zone",
    "//third_party/absl",
    "//third_party/json",
]
