// Values of fields that come out of an event's context: the functions that the field table refers to.
#pragma once

#include "plugin/extract/field.h"

namespace docktape::values {

// A member of one of the context's parts, as it is. Each is absent where the event has no such part.
template <auto member>
void host_member(DockerEvent& event, const FieldSpec&, const char*, FieldResult& result) {
  if (const HostContext* host = event.host()) result.set(host->*member);
}

template <auto member>
void container_member(DockerEvent& event, const FieldSpec&, const char*, FieldResult& result) {
  if (const ContainerContext* container = event.container()) result.set(container->*member);
}

template <auto member>
void exec_member(DockerEvent& event, const FieldSpec&, const char*, FieldResult& result) {
  if (const ExecContext* exec = event.exec()) result.set(exec->*member);
}

inline void enriched(DockerEvent& event, const FieldSpec&, const char*, FieldResult& result) {
  result.set(event.is_enriched());
}

inline void mount_rw(DockerEvent& event, const FieldSpec&, const char* source, FieldResult& result) {
  const ContainerContext* container = event.container();
  if (container != nullptr && source != nullptr) result.set(container->mount_rw(source));
}

}  // namespace docktape::values
