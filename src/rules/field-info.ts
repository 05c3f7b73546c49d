/** Types a plugin can give to a field, by the names of the plugin ABI's `get_fields`. */
export type FieldType = 'string' | 'uint64' | 'bool' | 'reltime' | 'abstime' | 'ipaddr' | 'ipnet';

/** A field as the plugin's `get_fields` declares it. */
export interface FieldInfo {
  readonly name: string;
  readonly type: FieldType;
  readonly desc: string;
  readonly display?: string;
  readonly isList?: boolean;
  readonly arg?: { readonly isRequired?: boolean; readonly isIndex?: boolean; readonly isKey?: boolean };
}
