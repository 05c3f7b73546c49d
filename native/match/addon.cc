#include <fnmatch.h>
#include <napi.h>
#include <re2/re2.h>
#include <re2/stringpiece.h>

#include <algorithm>
#include <string_view>

#include "byte_string.h"

namespace docktape {
namespace {

re2::StringPiece Piece(const ByteStringArg& bytes) { return {bytes.c_str(), bytes.view().size()}; }

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

  Napi::Value FullMatch(const Napi::CallbackInfo& info) {
    const ByteStringArg value(info.Env(), info[0]);
    const size_t length = value.view().size();
    return Napi::Boolean::New(info.Env(), regex_.Match(Piece(value), 0, length, RE2::ANCHOR_BOTH, nullptr, 0));
  }

  RE2 regex_;
};

/** A regular expression in RE2's own syntax that is searched for in a part of a Uint8Array. */
class Search : public Napi::ObjectWrap<Search> {
public:
  static Napi::Function Class(Napi::Env env) {
    return DefineClass(env, "Search",
                       {InstanceMethod<&Search::First>("first"), InstanceMethod<&Search::Matches>("matches"),
                        InstanceMethod<&Search::MatchesNothing>("matchesNothing")});
  }

  explicit Search(const Napi::CallbackInfo& info):
          Napi::ObjectWrap<Search>(info),
          regex_(Piece(ByteStringArg(info.Env(), info[0])), Options(info[1].As<Napi::Boolean>().Value())) {
    if (!regex_.ok()) throw Napi::Error::New(info.Env(), regex_.error());
  }

private:
  static RE2::Options Options(bool is_within_line) {
    RE2::Options options;
    options.set_never_nl(is_within_line);
    options.set_log_errors(false);
    return options;
  }

  /** The bytes from info[1] to info[2] of the array info[0]. */
  static std::string_view Part(const Napi::CallbackInfo& info) {
    const auto bytes = info[0].As<Napi::Uint8Array>();
    const size_t end = std::min<size_t>(info[2].As<Napi::Number>().Uint32Value(), bytes.ByteLength());
    const size_t begin = std::min<size_t>(info[1].As<Napi::Number>().Uint32Value(), end);
    return {reinterpret_cast<const char*>(bytes.Data()) + begin, end - begin};
  }

  Napi::Value First(const Napi::CallbackInfo& info) {
    const std::string_view text = Part(info);
    re2::StringPiece match;
    const re2::StringPiece piece(text.data(), text.size());
    if (!regex_.Match(piece, 0, piece.size(), RE2::UNANCHORED, &match, 1)) return Napi::Number::New(info.Env(), -1);
    return Napi::Number::New(info.Env(), info[1].As<Napi::Number>().DoubleValue() + (match.data() - text.data()));
  }

  Napi::Value Matches(const Napi::CallbackInfo& info) {
    const std::string_view text = Part(info);
    const double offset = info[1].As<Napi::Number>().DoubleValue();
    const re2::StringPiece piece(text.data(), text.size());
    Napi::Array places;
    uint32_t count = 0;
    const uint32_t most = 2 * info[3].As<Napi::Number>().Uint32Value();
    re2::StringPiece match;
    for (size_t at = 0; count < most && at < text.size() &&
                        regex_.Match(piece, at, piece.size(), RE2::UNANCHORED, &match, 1);) {
      const size_t begin = match.data() - text.data();
      at = begin + match.size();
      if (match.empty()) {
        at = begin + 1;
        continue;
      }
      if (places.IsEmpty()) places = Napi::Array::New(info.Env());
      places.Set(count++, offset + begin);
      places.Set(count++, offset + at);
    }
    if (places.IsEmpty()) return info.Env().Undefined();
    return places;
  }

  /** Whether it matches the empty string, or an empty place in a text. */
  Napi::Value MatchesNothing(const Napi::CallbackInfo& info) {
    re2::StringPiece match;
    for (const re2::StringPiece text : {re2::StringPiece(""), re2::StringPiece(" a")}) {
      if (regex_.Match(text, 0, text.size(), RE2::UNANCHORED, &match, 1) && match.empty()) {
        return Napi::Boolean::New(info.Env(), true);
      }
    }
    return Napi::Boolean::New(info.Env(), false);
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
  exports["Search"] = Search::Class(env);
  exports["fnmatch"] = Napi::Function::New<Fnmatch>(env, "fnmatch");
  return exports;
}

}  // namespace

NODE_API_MODULE(match, Init)

}  // namespace docktape
