#include "rde/walker.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rde/xsi_attributes.h"

namespace tidemark::rde {
namespace {

// One record a kind, filled again and again.
class SmallRoom final : public RecordRoom {
 public:
  SmallRoom() {
    for (size_t i = 0; i < kObjectKinds; ++i) records_[i] = NewRecord(static_cast<ObjectKind>(i));
  }
  Record& Take(ObjectKind kind) override { return records_[static_cast<size_t>(kind)]; }

 private:
  std::array<Record, kObjectKinds> records_;
};

bool Is(int ns, Ns wanted) { return ns == static_cast<int>(wanted); }

}  // namespace

Walker::Walker(RecordSink& sink, RecordRoom* room)
    : sink_(sink),
      own_room_(room == nullptr ? std::make_unique<SmallRoom>() : nullptr),
      room_(room == nullptr ? *own_room_ : *room) {
  for (size_t i = 0; i < kObjectKinds; ++i) {
    builders_[i] = NewObjectBuilder(static_cast<ObjectKind>(i));
  }
}

Walker::Walker(RecordSink& sink, RecordRoom* room, const Walker& at) : Walker(sink, room) {
  std::copy_n(at.frames_.begin(), at.depth_ + 1, frames_.begin());
  depth_ = at.depth_;
  top_ = &frames_[static_cast<size_t>(depth_)];
  wants_blanks_ = at.wants_blanks_;
  deposit_delivered_ = at.deposit_delivered_;
  contents_opened_ = at.contents_opened_;
  bounded_depth_ = at.bounded_depth_;
  bindings_ = at.bindings_;
}

int Walker::contents() const {
  if (over_limit_ || skip_depth_ > 0 || depth_ != 2) return 0;
  const Frame& frame = *top_;
  // Text is reported once.
  return frame.particle->slot == Slot::kContents && !frame.text_reported ? contents_opened_ : 0;
}

// ---- Events ----------------------------------------------------------------------------------

void Walker::OnStartElement(const xml::StartElement& element) {
  if (over_limit_) return;
  if (IsObjectTooLarge(element.position)) return;
  if (skip_depth_ > 0) {
    ++skip_depth_;
    LookForAuthInfo(element);
    if (depth_ > 0 && top().type->content == Content::kAny) CheckAnyContent(element);
    return;
  }
  if (depth_ == 0) return StartRoot(element);
  switch (top().type->content) {
    case Content::kObjects:
      return StartObject(element);
    case Content::kElements:
      return StartChild(element);
    case Content::kFields:
      return StartField(element);
    case Content::kText:
    case Content::kEmpty:
      Report(FlawKind::kUnexpectedElement, element.position, element.name.local,
             absl::StrCat("no element may stand in ", top().name));
      return Skip();
    case Content::kAny:
      CheckAnyContent(element);
      return Skip();
  }
}

inline bool Walker::LacksChildren(const Frame& frame) {
  const Type& type = *frame.type;
  return (type.required & ~frame.seen) != 0 ||
         (type.alternatives != 0 && (type.alternatives & frame.seen) == 0);
}

void Walker::OnEndElement() {
  if (over_limit_) return;
  if (skip_depth_ > 0) {
    --skip_depth_;
  } else {
    const Frame& frame = top();
    if (frame.type->content == Content::kText) {
      EndText(frame.particle, *frame.type, frame.name, frame.position, text_);
    }
    if (LacksChildren(frame)) CheckRequired(frame);
    --depth_;
    --top_;
    if (frame.is_object) {
      EndObject(frame);
    } else {
      EndChild(frame.particle, frame.position);
    }
    bindings_.LeaveTo(depth_);
    LookAtBlanks();
  }
  if (skip_depth_ == 0 && depth_ < bounded_depth_) bound_ = kUnbounded;
}

// Counts a child of which nothing can be wrong where it stands. False: Admit() must look.
inline bool Walker::AdmitUsual(Frame& parent, const Particle& particle, size_t index) {
  const uint32_t bit = uint32_t{1} << index;
  // What comes behind all that came so far is the first of its kind, and in its place.
  if (bit <= parent.seen || particle.choice != 0) {
    const uint32_t count = parent.Has(index) ? parent.counts[index] : 0;
    if (count >= particle.occurs_max || count >= parent.type->repetitions_max ||
        index < parent.last) {
      return false;
    }
    if (particle.choice != 0 && (parent.seen & parent.type->alternatives & ~bit) != 0) return false;
    parent.counts[index] = count + 1;
  } else {
    parent.counts[index] = 1;
  }
  parent.last = static_cast<uint8_t>(index);
  parent.seen |= bit;
  return true;
}

// Does what CheckAttributes() would do for a tag of which all is known. False: it is not.
inline bool Walker::SetKnownAttribute(const xml::StartElement& element, const Type& type) {
  const int known = element.note->attribute;
  if (known <= 0) return known == kNoAttribute;
  const Slot slot = type.attributes[static_cast<size_t>(known - 1)].slot;
  const absl::string_view text = element.attributes[0].value;
  if (std::string* const field = builder_->field(slot)) {
    Assign(*field, text);
  } else {
    Value value;
    value.text = text;
    value.valid = true;
    builder_->Set(slot, value);
  }
  return true;
}

// Notes of a tag whose place is known what OnLeaf() will want of it. False: it is no leaf.
bool Walker::NoteLeaf(xml::TagNote& note) {
  if (builder_ == nullptr || note.context != top().type) return false;
  const Particle& particle = top().type->children[static_cast<size_t>(note.element)];
  if (particle.type->content != Content::kText) return false;
  note.reader = builder_;
  note.place = &particle;
  note.opens = builder_->WantsOpen(particle.slot);
  note.is_any_text = IsAnyText(*particle.type->text);
  return true;
}

// Most elements are values, and of an object's values all but the first of their kind are known:
// they need no frame. What is done and reported is the same.
void Walker::OnLeaf(const xml::StartElement& element, absl::string_view text, xml::TextForm form) {
  xml::TagNote& note = *element.note;
  if (over_limit_ || skip_depth_ > 0) return Handler::OnLeaf(element, text, form);
  Frame& parent = top();
  const bool noted = builder_ != nullptr && note.reader == builder_ && note.context == parent.type;
  if (!noted && !NoteLeaf(note)) return Handler::OnLeaf(element, text, form);
  const auto index = static_cast<size_t>(note.element);
  const Particle& particle = *static_cast<const Particle*>(note.place);
  if (IsObjectTooLarge(element.position)) return;
  if (!AdmitUsual(parent, particle, index) && !Admit(parent, index, element.position)) return;
  if (note.opens) builder_->Open(particle);
  if (note.attribute != kNoAttribute) SetAttributes(element, particle);
  std::string* const field = builder_->field(particle.slot);
  if (field == nullptr || form != xml::TextForm::kTidy || !note.is_any_text ||
      !HasLength(*particle.type->text, text) || builder_->wants_close()) {
    return SetLeaf(particle, element.position, text, form);
  }
  Assign(*field, text);
}

// The attributes of a leaf, which has some or may lack some.
void Walker::SetAttributes(const xml::StartElement& element, const Particle& particle) {
  if (SetKnownAttribute(element, *particle.type)) return;
  bindings_.Declare(depth_ + 1, element.bindings);
  CheckAttributes(element, *particle.type, particle.name);
  bindings_.LeaveTo(depth_);
  element.note->attribute = KnownAttribute(element, *particle.type);
}

void Walker::OnText(absl::string_view text) {
  if (over_limit_ || skip_depth_ > 0 || depth_ == 0) return;
  Frame& frame = top();
  switch (frame.type->content) {
    case Content::kAny:
      return;
    case Content::kText:
      if (text.size() > base::kXmlTextBytesMax - text_.size()) {
        return ExceedLimit(frame.position, frame.name,
                           absl::StrCat("text of over ", base::kXmlTextBytesMax, " bytes"));
      }
      text_.append(text.data(), text.size());
      return;
    case Content::kElements:
    case Content::kObjects:
    case Content::kFields:
      if (std::all_of(text.begin(), text.end(), IsXmlSpace)) return;
      break;
    case Content::kEmpty:
      break;
  }
  if (std::exchange(frame.text_reported, true)) return;
  Report(FlawKind::kInvalidValue, frame.position, frame.name,
         absl::StrCat("text where ", frame.type->name, " allows none"));
}

// ---- Elements --------------------------------------------------------------------------------

// White space between elements means nothing.
void Walker::LookAtBlanks() {
  constexpr auto bit = [](Content content) { return 1u << static_cast<unsigned>(content); };
  constexpr unsigned kOfChildren =
      bit(Content::kElements) | bit(Content::kObjects) | bit(Content::kFields);
  wants_blanks_ = depth_ > 0 && (kOfChildren & bit(top().type->content)) == 0;
}

void Walker::Push(const Type& type, const Particle* particle, absl::string_view name,
                  const Position& position) {
  ++depth_;
  Frame& frame = *++top_;
  frame.type = &type;
  frame.particle = particle;
  frame.name = name;
  frame.position = position;
  frame.last = 0;
  frame.text_reported = false;
  frame.is_object = false;
  frame.seen = 0;
  if (type.content == Content::kText) text_.clear();
  LookAtBlanks();
}

void Walker::StartRoot(const xml::StartElement& element) {
  if (!Is(element.name.ns, Ns::kRde) || element.name.local != "deposit") {
    Report(FlawKind::kUnexpectedElement, element.position, element.name.local,
           absl::StrCat("the document's element must be deposit of ", kRdeUri));
    return Skip();
  }
  deposit_position_ = element.position;
  Push(DepositType(), nullptr, "deposit", element.position);
  bindings_.Declare(depth_, element.bindings);
  CheckAttributes(element, DepositType(), "deposit");
}

void Walker::StartObject(const xml::StartElement& element) {
  const Frame& parent = top();
  const bool in_contents = parent.particle->slot == Slot::kContents;
  bounded_depth_ = depth_ + 1;
  const absl::Span<const ObjectElement> objects =
      in_contents ? ContentElements() : DeleteElements();
  xml::TagNote* const note = element.note;
  const bool known = note != nullptr && note->context == objects.data();
  const ObjectElement* object = known ? &objects[static_cast<size_t>(note->element)]
                                      : FindObject(objects, element.name.ns, element.name.local);
  // A <delete> may hold any number of keys: each is a record of its own, so nothing grows.
  if (in_contents) BoundFrom(element.position);
  if (object == nullptr && element.name.ns == xml::kUnknownNamespace) {
    object_uri_ = element.name.uri;
    Report(FlawKind::kUnknownNamespace, element.position, element.name.local,
           "an element that RFC 9022's XML model does not declare");
    object_uri_ = {};
    if (in_contents) {
      auto& unknown = std::get<UnknownObject>(unknown_);
      Assign(unknown.uri, element.name.uri);
      Assign(unknown.local_name, element.name.local);
      sink_.OnRecord(unknown_, element.position);
    }
    LookForAuthInfo(element);
    return Skip();
  }
  if (object == nullptr) {
    Report(FlawKind::kUnexpectedElement, element.position, element.name.local,
           absl::StrCat("not an object of ", parent.name));
    return Skip();
  }
  builder_ = builders_[static_cast<size_t>(object->kind)].get();
  object_uri_ = Namespaces()[static_cast<size_t>(object->ns)];
  Push(*object->type, nullptr, object->name, element.position);
  top().is_object = true;
  bindings_.Declare(depth_, element.bindings);
  record_ = &room_.Take(object->kind);
  const bool is_policy = object->kind == ObjectKind::kPolicy;
  builder_->Begin(*record_, object_uri_, is_policy ? bindings_.InScope() : Bindings());
  if (known && SetKnownAttribute(element, *object->type)) return;
  CheckAttributes(element, *object->type, object->name);
  if (note == nullptr) return;
  *note = {.context = objects.data(),
           .element = static_cast<int16_t>(object - objects.data()),
           .attribute = KnownAttribute(element, *object->type)};
}

int Walker::IndexOf(const Type& parent, const xml::StartElement& element, size_t from) const {
  xml::TagNote* const note = element.note;
  if (note != nullptr && note->context == &parent) return note->element;
  const auto find = [&](size_t first) {
    return FindChild(parent, element.name.ns, element.name.local, first);
  };
  const int index = find(from);
  // The only child of its name can be known without its name the next time.
  if (note != nullptr && index >= 0 && find(static_cast<size_t>(index) + 1) == index) {
    *note = {.context = &parent, .element = static_cast<int16_t>(index)};
  }
  return index;
}

void Walker::StartChild(const xml::StartElement& element) {
  Frame& parent = top();
  const int index = IndexOf(*parent.type, element, parent.last);
  if (index < 0) {
    Report(FlawKind::kUnexpectedElement, element.position, element.name.local,
           absl::StrCat("not an element of ", parent.name, " (", parent.type->name, ")"));
    return Skip();
  }
  const Particle& particle = parent.type->children[static_cast<size_t>(index)];
  if (!AdmitUsual(parent, particle, static_cast<size_t>(index)) &&
      !Admit(parent, static_cast<size_t>(index), element.position)) {
    return Skip();
  }
  Push(*particle.type, &particle, particle.name, element.position);
  bindings_.Declare(depth_, element.bindings);
  Open(particle, element);
  const xml::TagNote* const note = element.note;
  if (builder_ != nullptr && note != nullptr && note->context == parent.type) {
    if (SetKnownAttribute(element, *particle.type)) return;
    element.note->attribute = KnownAttribute(element, *particle.type);
  }
  CheckAttributes(element, *particle.type, particle.name);
}

void Walker::CheckAnyContent(const xml::StartElement& element) {
  if (!IsGlobalElement(element.name)) return;
  Report(FlawKind::kUnexpectedElement, element.position, element.name.local,
         absl::StrCat("nothing of RFC 9022 or EPP belongs in ", top().name));
}

void Walker::StartField(const xml::StartElement& element) {
  if (!Admit(top(), 0, element.position)) return Skip();
  // The files have a column for it, whatever it is.
  builder_->OpenField(element.name.uri, element.name.local);
  const FieldElement* field = FindField(element.name.ns, element.name.local);
  if (field == nullptr) {
    Report(FlawKind::kUnexpectedElement, element.position, element.name.local,
           "not a field that RFC 9022 defines");
    return Skip();
  }
  Push(*field->particle.type, &field->particle, field->particle.name, element.position);
  CheckAttributes(element, *field->particle.type, field->particle.name);
}

bool Walker::Admit(Frame& parent, size_t index, const Position& position) {
  const Particle& particle = parent.type->children[index];
  const uint32_t count = parent.Count(index);
  if (count > parent.type->repetitions_max) {
    ExceedLimit(position, particle.name,
                absl::StrCat("over ", parent.type->repetitions_max, " in one ", parent.name));
    return false;
  }
  if (count > particle.occurs_max) {
    Report(FlawKind::kRepeatedElement, position, particle.name,
           absl::StrCat("at most ", particle.occurs_max, " in ", parent.name, " (",
                        parent.type->name, "), this is number ", count));
    // The first value of a single element stands. No object is dropped, whatever surrounds it.
    return particle.occurs_max > 1 || particle.type->content == Content::kObjects;
  }
  CheckOrder(parent, index, position);
  return true;
}

void Walker::CheckOrder(Frame& parent, size_t index, const Position& position) {
  if (parent.type->any_order) return;
  const absl::Span<const Particle> children = parent.type->children;
  const Particle& particle = children[index];
  for (size_t i = 0; particle.choice != 0 && i < children.size(); ++i) {
    if (i == index || children[i].choice != particle.choice || !parent.Has(i)) continue;
    if (parent.counts[index] > 1) return;  // said once
    return Report(FlawKind::kUnexpectedElement, position, particle.name,
                  absl::StrCat("not beside ", children[i].name, " in ", parent.name));
  }
  if (index < parent.last) {
    return Report(FlawKind::kUnexpectedElement, position, particle.name,
                  absl::StrCat("out of order: it belongs before ", children[parent.last].name));
  }
  parent.last = static_cast<uint8_t>(index);
}

}  // namespace tidemark::rde
