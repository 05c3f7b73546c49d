/** A value of a YAML file whose scalars are all taken as text. */
export type SettingValue = string | null | readonly SettingValue[] | { readonly [key: string]: SettingValue };

/** Says what a setting's value must be; the caller adds which setting, and where. */
export class InvalidSetting extends Error {}
