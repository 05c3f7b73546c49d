#include <cstring>
#include <stdexcept>

#include "addon.h"
#include "guarded.h"
#include "screen.h"
#include "task.h"

namespace docktape {
namespace {

Napi::Value OptionalText(Napi::Env env, const std::optional<std::string>& text) {
  return text ? Napi::Value(Napi::String::New(env, *text)) : env.Undefined();
}

Napi::Value MetricValue(Napi::Env env, const abi_metric& metric) {
  switch (metric.value_type) {
    case ABI_METRIC_U32: return Napi::Number::New(env, metric.value.u32);
    case ABI_METRIC_S32: return Napi::Number::New(env, metric.value.s32);
    case ABI_METRIC_U64: return Napi::BigInt::New(env, metric.value.u64);
    case ABI_METRIC_S64: return Napi::BigInt::New(env, metric.value.s64);
    case ABI_METRIC_DOUBLE: return Napi::Number::New(env, metric.value.d);
    case ABI_METRIC_FLOAT: return Napi::Number::New(env, metric.value.f);
    case ABI_METRIC_INT: return Napi::Number::New(env, metric.value.i);
  }
  throw std::runtime_error("get_metrics gave '" + TextOf(metric.name) + "' the unknown value type " +
                           std::to_string(metric.value_type));
}

/** A copy of sets of rules, which JavaScript has as pairs of 32-bit words, the lower one first. */
std::vector<uint64_t> RuleSets(const Napi::Uint32Array& words) {
  std::vector<uint64_t> sets(words.ElementLength() / 2);
  std::memcpy(sets.data(), words.Data(), sets.size() * sizeof(uint64_t));
  return sets;
}

class Plugin : public Napi::ObjectWrap<Plugin> {
public:
  static Napi::Function Class(Napi::Env env) {
    return DefineClass(env, "Plugin",
                       {InstanceMethod<&Plugin::Init>("init"),
                        InstanceMethod<&Plugin::ListOpenParams>("listOpenParams"),
                        InstanceMethod<&Plugin::Open>("open"),
                        InstanceMethod<&Plugin::AddRequest>("addRequest"),
                        InstanceMethod<&Plugin::NewScreen>("newScreen"),
                        InstanceMethod<&Plugin::Judge>("judge"),
                        InstanceMethod<&Plugin::Wrap>("wrap"),
                        InstanceMethod<&Plugin::Metrics>("metrics"),
                        InstanceMethod<&Plugin::TakeLogs>("takeLogs"),
                        InstanceMethod<&Plugin::Destroy>("destroy")});
  }

  explicit Plugin(const Napi::CallbackInfo& info): Napi::ObjectWrap<Plugin>(info) {
    const Napi::Env env = info.Env();
    const std::string path = info[0].As<Napi::String>();
    state_ = Guarded(env, [&] { return std::make_shared<State>(path); });
    Describe(env, info.This().As<Napi::Object>());
  }

private:
  void Describe(Napi::Env env, Napi::Object self) {
    const Library& library = state_->library;
    const PluginFunctions& functions = library.functions();
    self["name"] = Napi::String::New(env, TextOf(functions.get_name()));
    self["version"] = Napi::String::New(env, TextOf(functions.get_version()));
    self["requiredApiVersion"] = Napi::String::New(env, TextOf(functions.get_required_api_version()));
    self["description"] = Napi::String::New(env, TextOf(functions.get_description()));
    self["contact"] = Napi::String::New(env, TextOf(functions.get_contact()));
    self["id"] = Napi::Number::New(env, library.id());
    self["eventSource"] = Napi::String::New(env, library.event_source());
    self["canSource"] = Napi::Boolean::New(env, library.can_source());
    self["canExtract"] = Napi::Boolean::New(env, library.can_extract());
    self["initSchema"] = OptionalText(env, InitSchema());
    self["fields"] = OptionalText(env, Fields());
  }

  std::optional<std::string> Fields() const {
    if (!state_->library.can_extract()) return std::nullopt;
    return TextOf(state_->library.functions().get_fields());
  }

  std::optional<std::string> InitSchema() const {
    if (state_->library.functions().get_init_schema == nullptr) return std::nullopt;
    int32_t type = ABI_SCHEMA_NONE;
    const char* schema = state_->library.functions().get_init_schema(&type);
    if (type != ABI_SCHEMA_JSON || schema == nullptr) return std::nullopt;
    return schema;
  }

  void Init(const Napi::CallbackInfo& info) {
    const std::string config = info[0].As<Napi::String>();
    Guarded(info.Env(), [&] { state_->Init(config); });
  }

  Napi::Value ListOpenParams(const Napi::CallbackInfo& info) {
    return Guarded(info.Env(), [&] { return OptionalText(info.Env(), state_->ListOpenParams()); });
  }

  Napi::Value Open(const Napi::CallbackInfo& info) {
    auto instance = std::make_shared<std::shared_ptr<Instance>>();
    return Task::Run(
        info.Env(),
        [state = state_, params = std::string(info[0].As<Napi::String>()), instance] {
          *instance = std::make_shared<Instance>(state, params);
        },
        [instance](Napi::Env env) { return NewSource(env, *instance); });
  }

  Napi::Value AddRequest(const Napi::CallbackInfo& info) {
    const auto field = info[0].As<Napi::Object>();
    Request request = {};
    request.id = field.Get("id").As<Napi::Number>();
    request.name = field.Get("name").As<Napi::String>();
    request.type = field.Get("type").As<Napi::Number>();
    request.is_list = field.Get("isList").As<Napi::Boolean>();
    const Napi::Value key = field.Get("key");
    if (!key.IsUndefined()) request.key = Latin1(info.Env(), key);
    const Napi::Value index = field.Get("index");
    bool lossless;
    if (!index.IsUndefined()) request.index = index.As<Napi::BigInt>().Uint64Value(&lossless);
    state_->requests.push_back(std::move(request));
    return Napi::Number::New(info.Env(), static_cast<double>(state_->requests.size() - 1));
  }

  Napi::Value NewScreen(const Napi::CallbackInfo& info) {
    const size_t rules = info[0].As<Napi::Number>().Uint32Value();
    const auto requests = info[1].As<Napi::Uint32Array>();
    auto* screen = new Screen(rules, {requests.Data(), requests.Data() + requests.ElementLength()},
                              RuleSets(info[2].As<Napi::Uint32Array>()), RuleSets(info[3].As<Napi::Uint32Array>()));
    return Napi::External<Screen>::New(info.Env(), screen, [](Napi::Env, Screen* unused) { delete unused; });
  }

  void Judge(const Napi::CallbackInfo& info) {
    Screen& screen = *info[0].As<Napi::External<Screen>>().Data();
    screen.Judge(info[1].As<Napi::Number>().Uint32Value(), RuleSets(info[2].As<Napi::Uint32Array>()));
  }

  static std::string Latin1(napi_env env, napi_value value) {
    size_t length = 0;
    napi_get_value_string_latin1(env, value, nullptr, 0, &length);
    std::string bytes(length, '\0');
    napi_get_value_string_latin1(env, value, bytes.data(), length + 1, &length);
    return bytes;
  }

  Napi::Value Wrap(const Napi::CallbackInfo& info) {
    const auto data = info[0].As<Napi::Uint8Array>();
    const auto bounds = info[1].As<Napi::Uint32Array>();
    const auto times = info[2].As<Napi::BigUint64Array>();
    const Payloads payloads = {data.Data(), bounds.Data(), times.Data(), times.ElementLength()};
    Events events = {WrapEvents(payloads, state_->library.id(), state_->wrapped), state_->next_number};
    state_->next_number += events.list.size();
    return NewBatch(info.Env(), state_, std::move(events));
  }

  Napi::Value Metrics(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    auto list = Napi::Array::New(env);
    if (state_->library.functions().get_metrics == nullptr) return list;
    uint32_t count = 0;
    const abi_metric* metrics = state_->library.functions().get_metrics(state_->handle, &count);
    if (metrics == nullptr) return list;
    Guarded(env, [&] {
      for (uint32_t i = 0; i < count; i++) {
        auto metric = Napi::Object::New(env);
        metric["name"] = Napi::String::New(env, TextOf(metrics[i].name));
        metric["monotonic"] = Napi::Boolean::New(env, metrics[i].type == ABI_METRIC_MONOTONIC);
        metric["value"] = MetricValue(env, metrics[i]);
        list[i] = metric;
      }
    });
    return list;
  }

  Napi::Value TakeLogs(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    auto list = Napi::Array::New(env);
    uint32_t index = 0;
    for (const LogLine& line : state_->TakeLogs()) {
      auto entry = Napi::Object::New(env);
      entry["severity"] = Napi::Number::New(env, line.severity);
      entry["component"] = OptionalText(env, line.component);
      entry["text"] = Napi::String::New(env, line.text);
      list[index++] = entry;
    }
    return list;
  }

  void Destroy(const Napi::CallbackInfo&) { state_->Destroy(); }

  std::shared_ptr<State> state_;
};

}  // namespace

Napi::Function PluginClass(Napi::Env env) { return Plugin::Class(env); }

}  // namespace docktape
