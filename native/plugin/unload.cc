// What stays behind when the library is unloaded, but for this.

// libstdc++ sets memory aside for exceptions that are thrown when there is none left, and gives it back only to who asks
// (valgrind does). Its copy in this library is ours alone, and Falco loads the library anew whenever its rules are saved:
// each time 72 KB would stay.
namespace __gnu_cxx {
void __freeres() noexcept;
}

namespace docktape {
namespace {

__attribute__((destructor)) void give_back_exception_memory() { __gnu_cxx::__freeres(); }

}  // namespace
}  // namespace docktape
