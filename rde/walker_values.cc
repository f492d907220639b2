// Where the walker puts what it has read: values into fields, objects and the deposit to the sink.
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "rde/walker.h"

namespace tidemark::rde {

void Walker::EndText(const Particle* particle, const Type& type, absl::string_view name,
                     const Position& position, absl::string_view text) {
  const Value value = CheckValue(*type.text, text, scratch_);
  if (particle != nullptr) SetValue(particle->slot, value);
  if (value.valid) return;
  Report(FlawKind::kInvalidValue, position, name, Describe(*type.text));
}

void Walker::SetLeaf(const Particle& particle, const Position& position, absl::string_view text,
                     xml::TextForm form) {
  const SimpleType& type = *particle.type->text;
  const bool tidy = form == xml::TextForm::kTidy;
  bool valid;
  if (DateTime* const date = builder_->date(particle.slot);
      date != nullptr && tidy && IsAnyDate(type)) {
    Assign(date->text, text);
    valid = ParseDateTime(text, date->time.emplace());
    if (!valid) date->time.reset();
  } else {
    const Value value = tidy ? CheckTidy(type, text, scratch_) : CheckValue(type, text, scratch_);
    builder_->Set(particle.slot, value);
    valid = value.valid;
  }
  if (!valid) {
    Report(FlawKind::kInvalidValue, position, particle.name, Describe(type));
  }
  if (builder_->wants_close()) EndChild(&particle, position);
}

void Walker::EndObject(const Frame& frame) {
  if (!builder_->one_a_child()) {
    builder_->End();
    sink_.OnRecord(*record_, frame.position);
  }
  builder_ = nullptr;
  object_uri_ = {};
}

void Walker::EndChild(const Particle* particle, const Position& position) {
  // Every way of a deposit to its end delivers it, also without a menu.
  if (particle == nullptr) return DeliverDeposit();
  const Slot slot = particle->slot;
  if (slot == Slot::kMenu) return DeliverDeposit();
  if (builder_ == nullptr) return;
  builder_->Close(*particle);
  if (slot == Slot::kDeleteId || slot == Slot::kDeleteRoid || slot == Slot::kCsv) {
    sink_.OnRecord(*record_, position);
  }
}

// ---- Values ----------------------------------------------------------------------------------

void Walker::Open(const Particle& particle, const xml::StartElement& element) {
  if (builder_ != nullptr) return builder_->Open(particle);
  switch (particle.slot) {
    case Slot::kMenu:
      bounded_depth_ = depth_;
      BoundFrom(element.position);
      return;
    case Slot::kDeletes:
    case Slot::kContents:
      DeliverDeposit();
      if (particle.slot == Slot::kContents) ++contents_opened_;
      return;
    default:
      return deposit_.Open(particle.slot);
  }
}

void Walker::SetValue(Slot slot, const Value& value) {
  if (builder_ != nullptr) {
    builder_->Set(slot, value);
  } else {
    deposit_.Set(slot, value);
  }
}

void Walker::DeliverDeposit() {
  if (std::exchange(deposit_delivered_, true)) return;
  sink_.OnDeposit(deposit_.info(), deposit_position_);
}

}  // namespace tidemark::rde
