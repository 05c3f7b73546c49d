#include <fnmatch.h>
#include <napi.h>
#include <re2/re2.h>
#include <re2/stringpiece.h>

#include "byte_string.h"

namespace docktape {
namespace {

/** A regular expression as Falco's library (sinsp_filtercheck.cpp) compiles those of `regex`: RE2 in POSIX syntax. */
class Regex : public Napi::ObjectWrap<Regex> {
public:
  static Napi::Function Class(Napi::Env env) {
    return DefineClass(env, "Regex", {InstanceMethod<&Regex::FullMatch>("fullMatch")});
  }

  explicit Regex(const Napi::CallbackInfo& info):
          Napi::ObjectWrap<Regex>(info),
          regex_(Piece(ByteStringArg(info.Env(), info[0])), Options()) {
    if (!regex_.ok()) throw Napi::Error::New(info.Env(), regex_.error());
  }

private:
  static RE2::Options Options() {
    RE2::Options options(RE2::POSIX);
    options.set_log_errors(false);
    return options;
  }

  static re2::StringPiece Piece(const ByteStringArg& bytes) { return {bytes.c_str(), bytes.view().size()}; }

  Napi::Value FullMatch(const Napi::CallbackInfo& info) {
    const ByteStringArg value(info.Env(), info[0]);
    const size_t length = value.view().size();
    return Napi::Boolean::New(info.Env(), regex_.Match(Piece(value), 0, length, RE2::ANCHOR_BOTH, nullptr, 0));
  }

  RE2 regex_;
};

Napi::Value Fnmatch(const Napi::CallbackInfo& info) {
  const ByteStringArg pattern(info.Env(), info[0]);
  const ByteStringArg value(info.Env(), info[1]);
  const int flags = info[2].As<Napi::Boolean>().Value() ? FNM_CASEFOLD : 0;
  return Napi::Boolean::New(info.Env(), fnmatch(pattern.c_str(), value.c_str(), flags) == 0);
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports["Regex"] = Regex::Class(env);
  exports["fnmatch"] = Napi::Function::New<Fnmatch>(env, "fnmatch");
  return exports;
}

}  // namespace

NODE_API_MODULE(match, Init)

}  // namespace docktape
