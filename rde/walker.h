// Holds the events of a document against the structure tables, fills records, and reports flaws.
// Private to rde/: the machine inside XmlReader.
//
// It never gives up on a flaw: an element that is not allowed is skipped with all below it, one
// that is out of order is read in its place, and every object ends in a record.
#ifndef TIDEMARK_RDE_WALKER_H_
#define TIDEMARK_RDE_WALKER_H_

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "base/limits.h"
#include "rde/deposit_fields.h"
#include "rde/object_builder.h"
#include "rde/reader.h"
#include "rde/records.h"
#include "rde/structure.h"
#include "rde/xml/tokenizer.h"

namespace tidemark::rde {

class Walker final : public xml::Handler {
 public:
  // Both must outlive the walker; without a room it has one of its own, of a record of each kind.
  explicit Walker(RecordSink& sink, RecordRoom* room = nullptr);
  // Goes on where `at` stands, between two objects.
  Walker(RecordSink& sink, RecordRoom* room, const Walker& at);

  void OnStartElement(const xml::StartElement& element) override;
  void OnEndElement() override;
  void OnText(absl::string_view text) override;
  void OnLeaf(const xml::StartElement& element, absl::string_view text,
              xml::TextForm form) override;

  // True after a bound was exceeded (reported already): the tokenizer should be stopped.
  bool over_limit() const { return over_limit_; }

  // The number, from 1, of the open <contents> of the document if reading stands between two of its
  // objects, and what follows there does not depend on what was before; else 0.
  int contents() const;

  // Reports a flaw in the object that is being read, if there is one.
  void Report(FlawKind kind, const Position& position, absl::string_view element,
              absl::string_view detail);

 private:
  // An open element.
  struct Frame {
    const Type* type = nullptr;
    const Particle* particle = nullptr;  // none for deposit and objects
    absl::string_view name;              // local name as the tables have it
    Position position;
    uint8_t last = 0;  // the furthest child so far
    bool text_reported = false;
    bool is_object = false;
    uint32_t seen = 0;  // a bit for each child that came
    // How often, of those that came; of the others, anything.
    std::array<uint32_t, kParticlesMax> counts = {};

    bool Has(size_t child) const { return (seen >> child & 1) != 0; }
    // That a child has come once more.
    uint32_t Count(size_t child) {
      counts[child] = Has(child) ? counts[child] + 1 : 1;
      seen |= uint32_t{1} << child;
      return counts[child];
    }
  };

  Frame& top() { return *top_; }
  void Push(const Type& type, const Particle* particle, absl::string_view name,
            const Position& position);
  void Skip() { skip_depth_ = 1; }
  void LookAtBlanks();

  void StartRoot(const xml::StartElement& element);
  void StartObject(const xml::StartElement& element);
  void StartChild(const xml::StartElement& element);
  void StartField(const xml::StartElement& element);
  // In what is skipped: credentials are no less out of place there.
  void LookForAuthInfo(const xml::StartElement& element);
  // In xs:anyType, where anything goes but what would be somebody's data elsewhere.
  void CheckAnyContent(const xml::StartElement& element);
  // The index of the child that `element` is of `parent`; -1 if it is none.
  int IndexOf(const Type& parent, const xml::StartElement& element, size_t from) const;
  // Counts a child and holds it against occurrence, choice and order. False: skip it.
  bool Admit(Frame& parent, size_t index, const Position& position);
  static bool AdmitUsual(Frame& parent, const Particle& particle, size_t index);
  void CheckOrder(Frame& parent, size_t index, const Position& position);
  void CheckAttributes(const xml::StartElement& element, const Type& type, absl::string_view name);
  // What is noted of a tag without attributes, where none must be.
  static constexpr int16_t kNoAttribute = -1;
  static int16_t KnownAttribute(const xml::StartElement& element, const Type& type);
  bool SetKnownAttribute(const xml::StartElement& element, const Type& type);
  bool NoteLeaf(xml::TagNote& note);
  void SetAttributes(const xml::StartElement& element, const Particle& particle);
  // The text of a leaf, of any form and type.
  void SetLeaf(const Particle& particle, const Position& position, absl::string_view text,
               xml::TextForm form);
  static bool LacksChildren(const Frame& frame);
  void CheckRequired(const Frame& frame);
  void EndText(const Particle* particle, const Type& type, absl::string_view name,
               const Position& position, absl::string_view text);
  void EndChild(const Particle* particle, const Position& position);
  void EndObject(const Frame& frame);

  void Open(const Particle& particle, const xml::StartElement& element);
  void SetValue(Slot slot, const Value& value);
  void DeliverDeposit();

  // Reports an object that is over its limit at `position`.
  bool IsObjectTooLarge(const Position& position) {
    const bool fits = position.offset <= bound_;
    if (!fits) ExceedObjectLimit(position);
    return !fits;
  }
  // What begins at `position` is bounded from there on.
  void BoundFrom(const Position& position) {
    bound_ = position.offset + static_cast<int64_t>(base::kObjectBytesMax);
  }
  void ExceedObjectLimit(const Position& position);
  void ExceedLimit(const Position& position, absl::string_view element, absl::string_view detail);

  RecordSink& sink_;
  std::unique_ptr<RecordRoom> own_room_;
  RecordRoom& room_;
  // The element that is open at each depth, from 1; the tokenizer bounds the depth.
  std::array<Frame, base::kXmlDepthMax + 2> frames_;
  int depth_ = 0;
  Frame* top_ = frames_.data();  // the one at depth_
  // How many elements of a subtree that is not looked at are open.
  int skip_depth_ = 0;
  bool over_limit_ = false;

  std::string text_;
  std::string scratch_;
  Flaw flaw_;

  DepositFields deposit_;
  Position deposit_position_;
  bool deposit_delivered_ = false;
  int contents_opened_ = 0;

  std::array<std::unique_ptr<ObjectBuilder>, kObjectKinds> builders_;
  ObjectBuilder* builder_ = nullptr;  // of the object that is open
  Record* record_ = nullptr;          // that it fills
  absl::string_view object_uri_;
  // The last place where an element of the object or menu that is open may begin, so that its size
  // is bounded. Its own depth is `bounded_depth_`.
  static constexpr int64_t kUnbounded = std::numeric_limits<int64_t>::max();
  int64_t bound_ = kUnbounded;
  int bounded_depth_ = 0;
  Record unknown_ = UnknownObject();

  BindingScopes bindings_;
};

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_WALKER_H_
