#include "addon.h"
#include "extraction.h"
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

/** A column's `values`: absent first. */
napi_value Values(Napi::Env env, const ExtractedColumn& column) {
  napi_value values;
  napi_create_array_with_length(env, column.values.size() + 1, &values);
  napi_set_element(env, values, 0, env.Undefined());
  for (uint32_t code = 1; code <= column.values.size(); code++) {
    napi_set_element(env, values, code, Value(env, *column.request, column.values[code]));
  }
  return values;
}

class Batch : public Napi::ObjectWrap<Batch> {
public:
  /** What a batch is made of, given to its constructor. */
  struct Parts {
    std::shared_ptr<State> state;
    Events events;
  };

  static Napi::Function Class(Napi::Env env) {
    return DefineClass(env, "Batch",
                       {InstanceMethod<&Batch::Extract>("extract"), InstanceMethod<&Batch::Payload>("payload")});
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
    const Napi::Env env = info.Env();
    const auto requests = info[0].As<Napi::Uint32Array>();
    std::vector<ExtractedColumn> columns(requests.ElementLength());
    auto result = Napi::Array::New(env, columns.size());
    for (uint32_t i = 0; i < columns.size(); i++) {
      auto codes = Napi::Uint32Array::New(env, parts_.events.list.size());
      columns[i].request = &parts_.state->requests[requests[i]];
      columns[i].codes = codes.Data();
      auto column = Napi::Object::New(env);
      column["codes"] = codes;
      result[i] = column;
    }
    try {
      docktape::Extract(*parts_.state, parts_.events, columns);
    } catch (const std::exception& error) {
      throw Napi::Error::New(env, error.what());
    }
    for (uint32_t i = 0; i < columns.size(); i++) {
      result.Get(i).As<Napi::Object>()["values"] = Napi::Value(env, Values(env, columns[i]));
    }
    return result;
  }

  Napi::Value Payload(const Napi::CallbackInfo& info) {
    const std::string_view payload = PayloadOf(parts_.events.list[info[0].As<Napi::Number>().Uint32Value()]);
    return Napi::Buffer<char>::Copy(info.Env(), payload.data(), payload.size());
  }

  Parts parts_;
};

}  // namespace

Napi::Function BatchClass(Napi::Env env) { return Batch::Class(env); }

Napi::Object NewBatch(Napi::Env env, std::shared_ptr<State> state, Events events) {
  Batch::Parts parts = {std::move(state), std::move(events)};
  return env.GetInstanceData<AddonData>()->batch.New({Napi::External<Batch::Parts>::New(env, &parts)});
}

}  // namespace docktape
