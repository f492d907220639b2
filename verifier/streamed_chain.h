// A deposit and its bases that come as streams, each once and oldest first: as custody gives them,
// and as they come to the process that judges (verifier/service/confined_judge.h).
//
// A stream may hold whatever DepositInput reads, and deposits of both models may be mixed. Rows of
// a CSV file may name hosts and registrars by what a later deposit says of them
// (rde/csv/chain_names.h), so that the first tar of a chain makes all that comes after it wait in
// scratch; a chain of XML alone is read as it comes.
//
// Authenticity: of a tar, and of what waits in scratch, nothing is read before the stream was read
// to its end and its Close() was OK; of XML that is read as it comes the reading fails with what
// Close() says. What a reader leaves of a flawed deposit is read all the same.
//
// Threads: one. Memory: verifier/input's for each tar that waits. Scratch: the tars' files, and XML
// that waits, one file of scratch a deposit.
#ifndef TIDEMARK_VERIFIER_STREAMED_CHAIN_H_
#define TIDEMARK_VERIFIER_STREAMED_CHAIN_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "rde/csv/chain_names.h"
#include "rde/reader.h"
#include "verifier/base_chain.h"
#include "verifier/check.h"
#include "verifier/input/deposit_input.h"

namespace tidemark::verifier {

class StreamedChain {
 public:
  // Each with `open`, of which those that BasesNeeded() names are called, in that order, and then
  // that of `last`. `read_xml` reads for good.
  StreamedChain(ChainDeposit last, std::vector<ChainDeposit> bases, ReadXmlFrom read_xml,
                Resources resources);
  ~StreamedChain();
  StreamedChain(const StreamedChain&) = delete;
  StreamedChain& operator=(const StreamedChain&) = delete;

  // For ReadOnBases() and ReadRepository(), once; they must not outlive this.
  const ChainDeposit& last() const { return last_; }
  const std::vector<ChainDeposit>& bases() const { return bases_; }

  // What the XML of the last deposit is called: as that deposit, or inside of its tar; "" where a
  // tar has none. Nothing as long as its stream was not opened.
  const std::optional<std::string>& last_xml_name() const { return last_xml_name_; }

 private:
  class Link;

  // Once for each link, in their order.
  absl::Status Read(size_t number, rde::RecordSink& sink);
  absl::Status Begin(Link& link, XmlOfStream xml);
  // Begins the links from `number` on, and learns names of all that they hold.
  absl::Status LearnAhead(size_t number);

  const ReadXmlFrom read_xml_;
  const Resources resources_;
  ChainDeposit last_;
  std::vector<ChainDeposit> bases_;
  std::vector<std::unique_ptr<Link>> links_;  // those that are read, oldest first
  std::optional<std::string> last_xml_name_;
  std::shared_ptr<base::ScratchSpace> space_;    // outlives names_
  std::unique_ptr<rde::csv::ChainNames> names_;  // null: there are no others to learn from
  bool all_learnt_ = false;
  bool has_csv_domains_ = false;  // any of those that were learnt from
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_STREAMED_CHAIN_H_
