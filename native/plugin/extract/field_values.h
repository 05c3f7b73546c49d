// How the values of fields are made: the functions that the field table refers to.
#pragma once

#include "plugin/extract/field.h"

namespace docktape::values {

// Members of the event. `status`, `id` and `from` are derived where a newer daemon leaves them out.
void status(DockerEvent&, const FieldSpec&, const char*, FieldResult&);
void id(DockerEvent&, const FieldSpec&, const char*, FieldResult&);
void from(DockerEvent&, const FieldSpec&, const char*, FieldResult&);
void type(DockerEvent&, const FieldSpec&, const char*, FieldResult&);
void action(DockerEvent&, const FieldSpec&, const char*, FieldResult&);
void scope(DockerEvent&, const FieldSpec&, const char*, FieldResult&);
void actor_id(DockerEvent&, const FieldSpec&, const char*, FieldResult&);
void time(DockerEvent&, const FieldSpec&, const char*, FieldResult&);

// Parts of the action.
void verb(DockerEvent&, const FieldSpec&, const char*, FieldResult&);
void detail(DockerEvent&, const FieldSpec&, const char*, FieldResult&);
void exec_command(DockerEvent&, const FieldSpec&, const char*, FieldResult&);
void health(DockerEvent&, const FieldSpec&, const char*, FieldResult&);

// The attribute that the argument or the table's row names, as it is or converted.
void attribute_by_key(DockerEvent&, const FieldSpec&, const char* key, FieldResult&);
void attribute(DockerEvent&, const FieldSpec&, const char*, FieldResult&);
void attribute_number(DockerEvent&, const FieldSpec&, const char*, FieldResult&);
void attribute_seconds(DockerEvent&, const FieldSpec&, const char*, FieldResult&);
void attribute_name_without_slash(DockerEvent&, const FieldSpec&, const char*, FieldResult&);
void attribute_is_read_only(DockerEvent&, const FieldSpec&, const char*, FieldResult&);

// IDs that stand in different places for different types of event.
void container_id(DockerEvent&, const FieldSpec&, const char*, FieldResult&);
void container_attribute(DockerEvent&, const FieldSpec&, const char*, FieldResult&);
void service_id(DockerEvent&, const FieldSpec&, const char*, FieldResult&);

// Parts of the image reference.
void image_registry(DockerEvent&, const FieldSpec&, const char*, FieldResult&);
void image_repository(DockerEvent&, const FieldSpec&, const char*, FieldResult&);
void image_tag(DockerEvent&, const FieldSpec&, const char*, FieldResult&);
void image_digest(DockerEvent&, const FieldSpec&, const char*, FieldResult&);

}  // namespace docktape::values
