// libgcc, which is linked statically, finds the unwind tables of an exception by _dl_find_object where the glibc that it was
// compiled for has that: 2.35 and newer. This is the same by dl_iterate_phdr, as libgcc does it for an older glibc, so that
// the library runs there, too. It is hidden, so Falco and what else is in the process keep glibc's.
//
// The alternative is to link libgcc_s.so, but then an image of Falco without it could not load the library, and one with an
// unwinder of another make (Falco is also built with LLVM's) would have our exceptions meet it.
#include <dlfcn.h>
#include <link.h>

#ifdef DLFO_STRUCT_HAS_EH_DBASE

namespace {

struct Search {
  ElfW(Addr) address;
  dl_find_object* result;
};

int look_into(dl_phdr_info* object, size_t, void* data) {
  const Search& search = *static_cast<const Search*>(data);
  const auto at = [&](const ElfW(Phdr)& segment) { return object->dlpi_addr + segment.p_vaddr; };
  bool inside = false;
  dl_find_object found{};
  for (int index = 0; index < object->dlpi_phnum; index++) {
    const ElfW(Phdr)& segment = object->dlpi_phdr[index];
    if (segment.p_type == PT_GNU_EH_FRAME) found.dlfo_eh_frame = reinterpret_cast<void*>(at(segment));
    if (segment.p_type != PT_LOAD) continue;
    if (search.address - at(segment) >= segment.p_memsz) continue;
    inside = true;
    found.dlfo_map_start = reinterpret_cast<void*>(at(segment));
    found.dlfo_map_end = reinterpret_cast<void*>(at(segment) + segment.p_memsz);
  }
  if (!inside || found.dlfo_eh_frame == nullptr) return 0;
  *search.result = found;
  return 1;
}

}  // namespace

extern "C" __attribute__((visibility("hidden"))) int _dl_find_object(void* address, dl_find_object* result) noexcept {
  Search search{reinterpret_cast<ElfW(Addr)>(address), result};
  return dl_iterate_phdr(look_into, &search) == 1 ? 0 : -1;
}

#endif
