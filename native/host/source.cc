#include "addon.h"
#include "task.h"

namespace docktape {
namespace {

class Source : public Napi::ObjectWrap<Source> {
public:
  static Napi::Function Class(Napi::Env env) {
    return DefineClass(env, "Source",
                       {InstanceMethod<&Source::Next>("next"), InstanceMethod<&Source::AskProgress>("progress"),
                        InstanceMethod<&Source::Close>("close")});
  }

  explicit Source(const Napi::CallbackInfo& info):
      Napi::ObjectWrap<Source>(info),
      instance_(std::move(*info[0].As<Napi::External<std::shared_ptr<Instance>>>().Data())) {}

private:
  Napi::Value Next(const Napi::CallbackInfo& info) {
    struct Result {
      Instance::Outcome outcome;
      Events events;
    };
    auto result = std::make_shared<Result>();
    return Task::Run(
        info.Env(), [instance = instance_, result] { result->outcome = instance->Next(result->events); },
        [state = instance_->state(), result](Napi::Env env) -> Napi::Value {
          switch (result->outcome) {
            case Instance::Outcome::kTimeout: return Napi::String::New(env, "timeout");
            case Instance::Outcome::kEnd: return Napi::String::New(env, "end");
            case Instance::Outcome::kEvents: break;
          }
          return NewBatch(env, state, std::move(result->events));
        });
  }

  Napi::Value AskProgress(const Napi::CallbackInfo& info) {
    const std::optional<Progress> progress = instance_->AskProgress();
    if (!progress) return info.Env().Undefined();
    auto result = Napi::Object::New(info.Env());
    result["hundredths"] = Napi::Number::New(info.Env(), progress->hundredths);
    result["text"] = Napi::String::New(info.Env(), progress->text);
    return result;
  }

  Napi::Value Close(const Napi::CallbackInfo& info) {
    return Task::Run(
        info.Env(), [instance = instance_] { instance->Close(); }, [](Napi::Env env) { return env.Undefined(); });
  }

  std::shared_ptr<Instance> instance_;
};

}  // namespace

Napi::Function SourceClass(Napi::Env env) { return Source::Class(env); }

Napi::Object NewSource(Napi::Env env, std::shared_ptr<Instance> instance) {
  return env.GetInstanceData<AddonData>()->source.New({Napi::External<std::shared_ptr<Instance>>::New(env, &instance)});
}

}  // namespace docktape
