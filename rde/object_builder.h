// Fills one kind of record from the walker's events. Private to rde/.
//
// For each object: Begin; then, for each child element that the structure tables know, Open, Set of
// its attributes, Set of its text if it has a simple type, Close; End. Attributes of the object's
// own element are Set right after Begin. A value that is not of its type is Set too.
//
// Records are reused: Clear() functions empty them and keep the strings' room.
#ifndef TIDEMARK_RDE_OBJECT_BUILDER_H_
#define TIDEMARK_RDE_OBJECT_BUILDER_H_

#include <array>
#include <bitset>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "rde/records.h"
#include "rde/structure.h"

namespace tidemark::rde {

// The namespace declarations in scope, innermost last: prefix, namespace URI.
using Bindings = std::vector<std::pair<std::string, std::string>>;

// What a builder wants to be told of, beside values.
struct Wishes {
  std::bitset<kSlots> open = ~std::bitset<kSlots>();  // the slots whose Open it needs
  bool close = false;                                 // the end of children
};
inline std::bitset<kSlots> Slots(std::initializer_list<Slot> slots) {
  std::bitset<kSlots> set;
  for (const Slot slot : slots) set.set(static_cast<size_t>(slot));
  return set;
}

// Assign() in any case.
void Reassign(std::string& field, absl::string_view text);
inline void Assign(std::string& field, absl::string_view text) {
  // Mostly the field was cleared and has the room: appending has less to look at then.
  if (field.empty() && text.size() <= field.capacity()) {
    field.append(text.data(), text.size());
  } else {
    Reassign(field, text);
  }
}

inline void Assign(std::string& field, const Value& value) { Assign(field, value.text); }

inline void Assign(DateTime& field, const Value& value) {
  Assign(field.text, value);
  if (value.valid) {
    field.time = value.time;
  } else {
    field.time.reset();
  }
}

class ObjectBuilder {
 public:
  explicit ObjectBuilder(const Wishes& wishes = {}) : wishes_(wishes) {}
  virtual ~ObjectBuilder() = default;

  // Open need not be called for a slot that is not wanted, nor Close unless it is.
  bool WantsOpen(Slot slot) const { return wishes_.open[static_cast<size_t>(slot)]; }
  bool wants_close() const { return wishes_.close; }

  // Empties `record`, which must be of the builder's kind and is filled by what follows. `uri` is
  // the object's namespace, `bindings` what is in scope at its element.
  virtual void Begin(Record& record, absl::string_view uri, const Bindings& bindings) = 0;
  virtual void Open(const Particle& particle) { static_cast<void>(particle); }
  void Set(Slot slot, const Value& value) {
    if (std::string* const text = field(slot)) {
      Assign(*text, value.text);
    } else if (DateTime* const time = date(slot)) {
      Assign(*time, value);
    } else {
      SetOther(slot, value);
    }
  }
  // The field of the record that the text of `slot` goes to as it is, valid or not; null if only
  // Set() knows what becomes of it.
  std::string* field(Slot slot) const { return fields_[static_cast<size_t>(slot)]; }
  // The same of a date.
  DateTime* date(Slot slot) const { return dates_[static_cast<size_t>(slot)]; }
  virtual void Close(const Particle& particle) { static_cast<void>(particle); }
  // The record is complete. Without it, after a bound was exceeded, lists may hold what is left of
  // the object before.
  virtual void End() {}
  // A child of rdeCsv:fields.
  virtual void OpenField(absl::string_view uri, absl::string_view name) {
    static_cast<void>(uri);
    static_cast<void>(name);
  }
  // True if the record is complete when a child that is one ends, not when the object does. Such a
  // builder wants the ends of its children.
  virtual bool one_a_child() const { return false; }

  // The object's identifier as far as it was read: a name, an id; never contact data. "" if none.
  virtual absl::string_view key() const { return ""; }

 protected:
  // Text of `slot` goes to `field` from now on. Most values are such texts: for them there is no
  // call and nothing to be decided.
  void Fill(Slot slot, std::string& field) { fields_[static_cast<size_t>(slot)] = &field; }
  void Fill(Slot slot, DateTime& field) { dates_[static_cast<size_t>(slot)] = &field; }
  // Parts that several objects have. `slot` is the one of the element itself.
  void FillStatus(Slot slot, StatusValue& status) {
    Fill(slot, status.text);
    Fill(Slot::kStatusS, status.s);
    Fill(Slot::kStatusLang, status.lang);
  }
  void FillRegistrar(Slot slot, RegistrarRef& ref) {
    Fill(slot, ref.id);
    Fill(Slot::kClient, ref.client);
  }
  void FillPhone(Slot slot, Phone& phone) {
    Fill(slot, phone.number);
    Fill(Slot::kPhoneExtension, phone.extension);
  }
  void FillHostAddress(Slot slot, HostAddress& address);
  void FillPostalInfo(PostalInfo& info);
  void FillTransfer(TransferData& transfer);

 private:
  // Set() of a slot that has no field.
  virtual void SetOther(Slot slot, const Value& value) {
    static_cast<void>(slot);
    static_cast<void>(value);
  }

  const Wishes wishes_;
  std::array<std::string*, kSlots> fields_ = {};
  std::array<DateTime*, kSlots> dates_ = {};
};

std::unique_ptr<ObjectBuilder> NewObjectBuilder(ObjectKind kind);

// Hands out records to be filled.
class RecordRoom {
 public:
  virtual ~RecordRoom() = default;
  // A record of that kind with anything in it, which stays the caller's until it is delivered.
  virtual Record& Take(ObjectKind kind) = 0;
};
Record NewRecord(ObjectKind kind);

std::unique_ptr<ObjectBuilder> NewHeaderBuilder();
std::unique_ptr<ObjectBuilder> NewDomainBuilder();
std::unique_ptr<ObjectBuilder> NewHostBuilder();
std::unique_ptr<ObjectBuilder> NewContactBuilder();
std::unique_ptr<ObjectBuilder> NewRegistrarBuilder();
std::unique_ptr<ObjectBuilder> NewIdnTableRefBuilder();
std::unique_ptr<ObjectBuilder> NewNndnBuilder();
std::unique_ptr<ObjectBuilder> NewEppParamsBuilder();
std::unique_ptr<ObjectBuilder> NewPolicyBuilder();
// One record a key.
std::unique_ptr<ObjectBuilder> NewDeleteBuilder();
// One record a table.
std::unique_ptr<ObjectBuilder> NewCsvTableBuilder(bool deletes);

// ---- Parts that several objects have ---------------------------------------------------------

inline void Clear(DateTime& field) {
  field.text.clear();
  field.time.reset();
}

inline void Clear(RegistrarRef& field) {
  field.id.clear();
  field.client.clear();
}

inline void Clear(Phone& field) {
  field.number.clear();
  field.extension.clear();
}

inline void Clear(std::string& text) { text.clear(); }

inline void Clear(StatusValue& status) {
  status.s.clear();
  status.lang.clear();
  status.text.clear();
}

inline void Clear(DomainContact& contact) {
  contact.type.clear();
  contact.id.clear();
}

// All but the streets, which PostalFields fills again.
inline void Clear(PostalInfo& info) {
  info.type.clear();
  info.name.clear();
  info.org.clear();
  info.address.city.clear();
  info.address.sp.clear();
  info.address.pc.clear();
  info.address.cc.clear();
}

// A list of a record that is filled again: its strings keep their room, which a list that is
// emptied would have to allocate anew for each object.
template <typename T>
class Refill {
 public:
  void Begin(std::vector<T>& list) {
    list_ = &list;
    used_ = 0;
  }
  T& Add() {
    if (used_ == list_->size()) {
      list_->emplace_back();
    } else {
      Clear((*list_)[used_]);
    }
    return (*list_)[used_++];
  }
  T& last() { return (*list_)[used_ - 1]; }
  // Takes away what is left of the object before.
  void End() {
    if (used_ < list_->size()) list_->resize(used_);
  }

 private:
  std::vector<T>* list_ = nullptr;
  size_t used_ = 0;
};

// Of postalInfo of contact and registrar, which may have several streets.
class PostalFields {
 public:
  void Begin(std::vector<PostalInfo>& infos) {
    infos_.Begin(infos);
    streets_.Begin(no_streets_);
  }
  PostalInfo& Add() {
    streets_.End();
    PostalInfo& info = infos_.Add();
    streets_.Begin(info.address.streets);
    return info;
  }
  std::string& AddStreet() { return streets_.Add(); }
  void End() {
    streets_.End();
    infos_.End();
  }

 private:
  Refill<PostalInfo> infos_;
  Refill<std::string> streets_;  // of the current one
  std::vector<std::string> no_streets_;
};

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_OBJECT_BUILDER_H_
