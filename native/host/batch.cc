#include "addon.h"
#include "extraction.h"
#include "guarded.h"
#include "value.h"

namespace docktape {
namespace {

napi_value Latin1(napi_env env, std::string_view bytes) {
  napi_value string;
  napi_create_string_latin1(env, bytes.data(), bytes.size(), &string);
  return string;
}

napi_value Element(napi_env env, uint32_t type, ValueReader& reader) {
  napi_value element;
  if (HasLength(type)) return Latin1(env, reader.Bytes());
  if (type == ABI_BOOL) {
    napi_get_boolean(env, reader.Boolean(), &element);
  } else {
    napi_create_bigint_uint64(env, reader.Number(), &element);
  }
  return element;
}

/** A `FieldValue` of event-batch.ts. */
napi_value Value(napi_env env, const Request& request, std::string_view bytes) {
  if (!request.is_list && HasLength(request.type)) return Latin1(env, bytes);
  ValueReader reader(bytes);
  if (!request.is_list) return Element(env, request.type, reader);
  napi_value list;
  napi_create_array(env, &list);
  for (uint32_t i = 0; !reader.at_end(); i++) napi_set_element(env, list, i, Element(env, request.type, reader));
  return list;
}

/** The values that a column's dictionary got from this batch. */
napi_value NewValues(Napi::Env env, const ExtractedColumn& column) {
  const Dictionary& values = column.request->values;
  napi_value added;
  napi_create_array_with_length(env, values.size() + 1 - column.first_new, &added);
  for (uint32_t code = column.first_new; code <= values.size(); code++) {
    napi_set_element(env, added, code - column.first_new, Value(env, *column.request, values[code]));
  }
  return added;
}

/** Columns whose codes are JavaScript's, in one piece. */
struct ColumnBuffer {
  ColumnBuffer(Napi::Env environment, State& state, const uint32_t* requests, size_t size, size_t events):
      env(environment), count(events), memory(Napi::ArrayBuffer::New(env, size * count * sizeof(uint32_t))) {
    for (size_t i = 0; i < size; i++) {
      columns.push_back({&state.requests[requests[i]], static_cast<uint32_t*>(memory.Data()) + i * count, 0});
    }
  }

  /** `NativeColumn`s of addon.ts. */
  Napi::Array Columns() const {
    auto result = Napi::Array::New(env, columns.size());
    for (uint32_t i = 0; i < columns.size(); i++) {
      auto column = Napi::Object::New(env);
      column["codes"] = Napi::Uint32Array::New(env, count, memory, i * count * sizeof(uint32_t));
      column["firstNew"] = Napi::Number::New(env, columns[i].first_new);
      column["newValues"] = Napi::Value(env, NewValues(env, columns[i]));
      result[i] = column;
    }
    return result;
  }

  Napi::Env env;
  size_t count;
  Napi::ArrayBuffer memory;
  std::vector<ExtractedColumn> columns;
};

class Batch : public Napi::ObjectWrap<Batch> {
public:
  /** What a batch is made of, given to its constructor. */
  struct Parts {
    std::shared_ptr<State> state;
    Events events;
  };

  static Napi::Function Class(Napi::Env env) {
    return DefineClass(env, "Batch",
                       {InstanceMethod<&Batch::Extract>("extract"),
                        InstanceMethod<&Batch::ExtractScreened>("extractScreened"),
                        InstanceMethod<&Batch::Payload>("payload")});
  }

  explicit Batch(const Napi::CallbackInfo& info):
      Napi::ObjectWrap<Batch>(info), parts_(std::move(*info[0].As<Napi::External<Parts>>().Data())) {
    const auto& list = parts_.events.list;
    auto times = Napi::BigUint64Array::New(info.Env(), list.size());
    for (size_t i = 0; i < list.size(); i++) times[i] = list[i]->ts;
    auto self = info.This().As<Napi::Object>();
    self["count"] = Napi::Number::New(info.Env(), static_cast<double>(list.size()));
    self["times"] = times;
  }

private:
  Napi::Value Extract(const Napi::CallbackInfo& info) {
    const auto requests = info[0].As<Napi::Uint32Array>();
    ColumnBuffer buffer(info.Env(), *parts_.state, requests.Data(), requests.ElementLength(), count());
    const uint8_t* mask = info[1].IsUndefined() ? nullptr : info[1].As<Napi::Uint8Array>().Data();
    Guarded(info.Env(), [&] { docktape::Extract(*parts_.state, parts_.events, buffer.columns, mask); });
    return buffer.Columns();
  }

  Napi::Value ExtractScreened(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    Screen& screen = *info[0].As<Napi::External<Screen>>().Data();
    ColumnBuffer buffer(env, *parts_.state, screen.requests().data(), screen.requests().size(), count());
    std::vector<Candidate> candidates;
    Guarded(env, [&] { docktape::Extract(*parts_.state, parts_.events, buffer.columns, screen, candidates); });
    auto result = Napi::Object::New(env);
    result["columns"] = buffer.Columns();
    result["masks"] = Masks(env, screen.rules(), candidates);
    return result;
  }

  /** For each rule a mask of its candidates; nothing for a rule that has none. */
  Napi::Array Masks(Napi::Env env, size_t rules, const std::vector<Candidate>& candidates) const {
    auto masks = Napi::Array::New(env, rules);
    std::vector<uint8_t*> known(rules);
    for (const auto& [rule, event] : candidates) {
      if (known[rule] == nullptr) {
        auto mask = Napi::Uint8Array::New(env, count());
        known[rule] = mask.Data();
        masks[rule] = mask;
      }
      known[rule][event] = 1;
    }
    return masks;
  }

  Napi::Value Payload(const Napi::CallbackInfo& info) {
    const std::string_view payload = PayloadOf(parts_.events.list[info[0].As<Napi::Number>().Uint32Value()]);
    return Napi::Buffer<char>::Copy(info.Env(), payload.data(), payload.size());
  }

  size_t count() const { return parts_.events.list.size(); }

  Parts parts_;
};

}  // namespace

Napi::Function BatchClass(Napi::Env env) { return Batch::Class(env); }

Napi::Object NewBatch(Napi::Env env, std::shared_ptr<State> state, Events events) {
  Batch::Parts parts = {std::move(state), std::move(events)};
  return env.GetInstanceData<AddonData>()->batch.New({Napi::External<Batch::Parts>::New(env, &parts)});
}

}  // namespace docktape
