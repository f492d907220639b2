// Whose schema an export takes the place of, and who may look into it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "failover/postgres/export.h"
#include "failover/postgres/export_testing.h"

namespace tidemark::failover {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::tidemark::base::StatusIs;

TEST_F(ExportTest, ASchemaThatIsThereIsReplacedOnlyIfAskedAndOurs) {
  ASSERT_OK(ExportToPostgres(*store_, options_));
  EXPECT_THAT(ExportToPostgres(*store_, options_), StatusIs(absl::StatusCode::kAlreadyExists));
  options_.if_exists = IfSchemaExists::kReplace;
  EXPECT_OK(ExportToPostgres(*store_, options_));
  options_.schema = "theirs";
  Rows("CREATE SCHEMA theirs CREATE TABLE precious (a int)");
  EXPECT_THAT(ExportToPostgres(*store_, options_),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("stays as it is")));
  EXPECT_EQ(server_->One("SELECT count(*) FROM theirs.precious"), "0");
}

// An export of another TLD: ours, and not this one's.
TEST_F(ExportTest, AnExportOfAnotherTldIsNeverReplaced) {
  options_.tld = "other-example";
  options_.schema = "shared";
  ASSERT_OK(ExportToPostgres(*store_, options_));
  options_.tld = "example";
  EXPECT_THAT(ExportToPostgres(*store_, options_),
              StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("of another TLD")));
  options_.if_exists = IfSchemaExists::kReplace;
  EXPECT_THAT(ExportToPostgres(*store_, options_),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("a --schema of its own")));
  EXPECT_EQ(server_->One("SELECT tld FROM shared.deposit"), "other-example");
  // What only begins like the mark of one is none.
  for (const char* comment :
       {"tidemark export, version 1: personal data of the registry of example.com",
        "tidemark export, version x: personal data of the registry of example",
        "tidemark export, version 1", "tidemark export, version "}) {
    Rows(absl::StrCat("COMMENT ON SCHEMA shared IS '", comment, "'"));
    EXPECT_THAT(ExportToPostgres(*store_, options_),
                StatusIs(absl::StatusCode::kFailedPrecondition))
        << comment;
  }
}

// The default names of these two are one.
TEST_F(ExportTest, TwoTldsOfOneSchemaNameDoNotReplaceEachOther) {
  options_.tld = "co.example";
  ASSERT_OK(ExportToPostgres(*store_, options_));
  options_.tld = "co-example";
  options_.if_exists = IfSchemaExists::kReplace;
  EXPECT_THAT(ExportToPostgres(*store_, options_),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("tidemark_co_example")));
  options_.schema = "co_dash_example";
  EXPECT_OK(ExportToPostgres(*store_, options_));
  EXPECT_EQ(server_->One("SELECT tld FROM tidemark_co_example.deposit"), "co.example");
}

// As a database may be set up in which everybody is to read everything.
TEST_F(ExportTest, DefaultPrivilegesGiveNobodyARight) {
  Rows(
      "CREATE ROLE curious LOGIN; CREATE ROLE \"Odd, \"\"Role\" LOGIN; CREATE ROLE clerk;"
      "ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC;"
      "ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO PUBLIC;"
      "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO curious WITH GRANT OPTION;"
      "ALTER DEFAULT PRIVILEGES GRANT ALL ON SCHEMAS TO \"Odd, \"\"Role\";"
      "ALTER DEFAULT PRIVILEGES GRANT REFERENCES, TRIGGER ON TABLES TO clerk");
  ASSERT_OK(ExportToPostgres(*store_, options_));
  EXPECT_THAT(Rows("SELECT relname, relacl FROM pg_class, aclexplode(relacl) a WHERE relnamespace "
                   "= 'tidemark_example'::regnamespace AND a.grantee <> relowner"),
              IsEmpty());
  EXPECT_THAT(Rows("SELECT nspacl FROM pg_namespace, aclexplode(nspacl) a WHERE nspname = "
                   "'tidemark_example' AND a.grantee <> nspowner"),
              IsEmpty());
  for (const char* role : {"curious", "Odd, \"Role", "clerk"}) {
    EXPECT_EQ(server_->One(absl::StrCat("SELECT bool_or(has_table_privilege('", role,
                                        "', oid, 'SELECT, TRIGGER')) FROM pg_class WHERE relkind "
                                        "= 'r' AND relnamespace = "
                                        "'tidemark_example'::regnamespace")),
              "f")
        << role;
  }
  EXPECT_EQ(server_->One("SELECT count(*) > 0 FROM tidemark_example.contacts"), "t");
}

// A trigger of the database's gives rights whenever an index is made, which is after the rows are
// in.
TEST_F(ExportTest, RightsThatComeWithAnIndexDoNotStay) {
  Rows(
      "CREATE ROLE curious LOGIN;"
      "CREATE FUNCTION public.share() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN "
      "GRANT USAGE ON SCHEMA tidemark_example TO curious; "
      "GRANT SELECT ON tidemark_example.domains TO curious; "
      "GRANT SELECT (email) ON tidemark_example.contacts TO PUBLIC; END $$;"
      "CREATE EVENT TRIGGER share ON ddl_command_end WHEN TAG IN ('CREATE INDEX') "
      "EXECUTE FUNCTION public.share()");
  ASSERT_OK(ExportToPostgres(*store_, options_));
  EXPECT_EQ(server_->One("SELECT has_schema_privilege('curious', 'tidemark_example', 'USAGE') OR "
                         "has_table_privilege('curious', 'tidemark_example.domains', 'SELECT') OR "
                         "has_any_column_privilege('curious', 'tidemark_example.contacts', "
                         "'SELECT')"),
            "f");
  // One that gives them again whenever they are taken: nothing is exported.
  Rows(
      "CREATE EVENT TRIGGER again ON ddl_command_end WHEN TAG IN ('REVOKE') "
      "EXECUTE FUNCTION public.share()");
  options_.if_exists = IfSchemaExists::kReplace;
  EXPECT_THAT(ExportToPostgres(*store_, options_),
              StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("curious")));
  EXPECT_EQ(server_->One("SELECT has_schema_privilege('curious', 'tidemark_example', 'USAGE')"),
            "f");
}

// In public, where up to PostgreSQL 14 everybody may, a stranger makes functions and operators that
// fit our questions better than the server's own.
TEST_F(ExportTest, FunctionsOfStrangersAreNotCalled) {
  ASSERT_OK(ExportToPostgres(*store_, options_));
  Rows(
      "GRANT CREATE ON SCHEMA public TO PUBLIC; CREATE ROLE stranger; SET ROLE stranger;"
      "CREATE TABLE public.called (by text);"
      "CREATE FUNCTION public.obj_description(oid, text) RETURNS text LANGUAGE sql AS "
      "$$ INSERT INTO public.called VALUES ('obj_description'); "
      "SELECT pg_catalog.obj_description($1, $2::name) $$;"
      "CREATE FUNCTION public.quote_ident(name) RETURNS text LANGUAGE sql AS "
      "$$ INSERT INTO public.called VALUES ('quote_ident'); SELECT pg_catalog.quote_ident($1) $$;"
      "CREATE FUNCTION public.is_not(oid, oid) RETURNS bool LANGUAGE sql AS "
      "$$ INSERT INTO public.called VALUES ('<>'); SELECT $1 OPERATOR(pg_catalog.<>) $2 $$;"
      "CREATE OPERATOR public.<> (LEFTARG = oid, RIGHTARG = oid, FUNCTION = public.is_not);"
      "GRANT ALL ON public.called TO PUBLIC; RESET ROLE;"
      "ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO stranger");
  options_.if_exists = IfSchemaExists::kReplace;
  ASSERT_OK(ExportToPostgres(*store_, options_));
  EXPECT_THAT(Rows("SELECT by FROM public.called"), IsEmpty());
}

// Two exports at once: the second waits for the first, and is told what there is then.
TEST_F(ExportTest, OneThatOthersHaveJustMadeIsThereAlready) {
  absl::Status ours, theirs;
  std::thread other([&] { theirs = ExportToPostgres(*store_, options_).status(); });
  ours = ExportToPostgres(*store_, options_).status();
  other.join();
  EXPECT_NE(ours.ok(), theirs.ok());
  EXPECT_THAT(ours.ok() ? theirs : ours,
              StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("tidemark_example")));
}

TEST_F(ExportTest, NamesThatAreNoneAreRefused) {
  for (const char* schema :
       {"public", "pg_catalog", "information_schema", "a b", "A", "a\"b", "x;y",
        "a0123456789012345678901234567890123456789012345678901234567890123"}) {
    options_.schema = schema;
    EXPECT_THAT(ExportToPostgres(*store_, options_), StatusIs(absl::StatusCode::kInvalidArgument))
        << schema;
  }
}

}  // namespace
}  // namespace tidemark::failover
