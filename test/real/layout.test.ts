import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { officialHeaders } from '../../scripts/real/forky.mjs';

/** Our struct, the official one, and their members; a member has one name when both sides call it the same. */
const structs: [ours: string, official: string, members: (string | [ours: string, official: string])[]][] = [
  ['abi_event', 'ss_plugin_event', ['ts', 'tid', 'len', 'type', 'nparams']],
  ['abi_event_input', 'ss_plugin_event_input', ['evt', 'evtnum', 'evtsrc']],
  ['abi_byte_buffer', 'ss_plugin_byte_buffer', ['len', 'ptr']],
  [
    'abi_extract_field',
    'ss_plugin_extract_field',
    ['res', 'res_len', 'field_id', 'field', 'arg_key', 'arg_index', 'arg_present', 'ftype', 'flist'],
  ],
  [
    'abi_extract_input',
    'ss_plugin_field_extract_input',
    ['owner', 'get_owner_last_error', 'num_fields', 'fields', 'table_reader', 'table_reader_ext', 'value_offsets'],
  ],
  ['abi_init_input', 'ss_plugin_init_input', ['config', 'owner', 'get_owner_last_error', 'tables', ['log', 'log_fn']]],
  ['abi_metric', 'ss_plugin_metric', ['name', 'type', 'value', 'value_type']],
];

const constants: Record<string, string> = {
  ABI_SUCCESS: 'SS_PLUGIN_SUCCESS',
  ABI_FAILURE: 'SS_PLUGIN_FAILURE',
  ABI_TIMEOUT: 'SS_PLUGIN_TIMEOUT',
  ABI_EOF: 'SS_PLUGIN_EOF',
  ABI_NOT_SUPPORTED: 'SS_PLUGIN_NOT_SUPPORTED',
  ABI_UINT64: 'FTYPE_UINT64',
  ABI_STRING: 'FTYPE_STRING',
  ABI_RELTIME: 'FTYPE_RELTIME',
  ABI_ABSTIME: 'FTYPE_ABSTIME',
  ABI_BOOL: 'FTYPE_BOOL',
  ABI_IPADDR: 'FTYPE_IPADDR',
  ABI_IPNET: 'FTYPE_IPNET',
  ABI_LOG_FATAL: 'SS_PLUGIN_LOG_SEV_FATAL',
  ABI_LOG_CRITICAL: 'SS_PLUGIN_LOG_SEV_CRITICAL',
  ABI_LOG_ERROR: 'SS_PLUGIN_LOG_SEV_ERROR',
  ABI_LOG_WARNING: 'SS_PLUGIN_LOG_SEV_WARNING',
  ABI_LOG_NOTICE: 'SS_PLUGIN_LOG_SEV_NOTICE',
  ABI_LOG_INFO: 'SS_PLUGIN_LOG_SEV_INFO',
  ABI_LOG_DEBUG: 'SS_PLUGIN_LOG_SEV_DEBUG',
  ABI_LOG_TRACE: 'SS_PLUGIN_LOG_SEV_TRACE',
  ABI_SCHEMA_NONE: 'SS_PLUGIN_SCHEMA_NONE',
  ABI_SCHEMA_JSON: 'SS_PLUGIN_SCHEMA_JSON',
  ABI_METRIC_MONOTONIC: 'SS_PLUGIN_METRIC_TYPE_MONOTONIC',
  ABI_METRIC_NON_MONOTONIC: 'SS_PLUGIN_METRIC_TYPE_NON_MONOTONIC',
  ABI_METRIC_U32: 'SS_PLUGIN_METRIC_VALUE_TYPE_U32',
  ABI_METRIC_S32: 'SS_PLUGIN_METRIC_VALUE_TYPE_S32',
  ABI_METRIC_U64: 'SS_PLUGIN_METRIC_VALUE_TYPE_U64',
  ABI_METRIC_S64: 'SS_PLUGIN_METRIC_VALUE_TYPE_S64',
  ABI_METRIC_DOUBLE: 'SS_PLUGIN_METRIC_VALUE_TYPE_D',
  ABI_METRIC_FLOAT: 'SS_PLUGIN_METRIC_VALUE_TYPE_F',
  ABI_METRIC_INT: 'SS_PLUGIN_METRIC_VALUE_TYPE_I',
  ABI_PAYLOAD_OFFSET: 'PLUGIN_EVENT_PAYLOAD_OFFSET',
  ABI_PLUGIN_EVENT_TYPE: 'PPME_PLUGINEVENT_E',
};

const functions = [
  ...['get_required_api_version', 'get_version', 'get_name', 'get_description', 'get_contact', 'get_init_schema'],
  ...['init', 'destroy', 'get_last_error', 'get_metrics'],
  ...['get_id', 'get_event_source', 'list_open_params', 'open', 'close', 'next_batch', 'get_progress'],
  ...['event_to_string', 'get_fields', 'extract_fields'],
];

const includes = `
#include "abi/plugin_functions.h"
#include <cstddef>
#include <driver/ppm_events_public.h>
#include <plugin/plugin_api.h>
`;

/** Two functions are called alike when the return value and each parameter have the same size and are both pointers or not. */
const sameCall = `
template <class A, class B> constexpr bool alike() {
  if constexpr (std::is_void_v<A> || std::is_void_v<B>) return std::is_void_v<A> && std::is_void_v<B>;
  else return sizeof(A) == sizeof(B) && std::is_pointer_v<A> == std::is_pointer_v<B>;
}
template <class F, class G> struct same_call : std::false_type {};
template <class R, class... A, class S, class... B>
struct same_call<R (*)(A...), S (*)(B...)> {
  static constexpr bool check() {
    if constexpr (sizeof...(A) != sizeof...(B)) return false;
    else return alike<R, S>() && (alike<A, B>() && ...);
  }
  static constexpr bool value = check();
};
`;

test('structs have the sizes and offsets of the official header', () => {
  const lines = structs.flatMap(([ours, official, members]) => [
    `static_assert(sizeof(${ours}) == sizeof(${official}), "${official}");`,
    ...members.map((member) => {
      const [mine, theirs] = typeof member === 'string' ? [member, member] : member;
      return `static_assert(offsetof(${ours}, ${mine}) == offsetof(${official}, ${theirs}), "${official}.${theirs}");`;
    }),
  ]);
  expect(compile(lines)).toBe('');
});

test('constants have the values of the official header', () => {
  const lines = Object.entries(constants).map(
    ([ours, official]) => `static_assert(int(${ours}) == int(${official}), "${official}");`,
  );
  expect(compile(lines)).toBe('');
});

test('functions are called as the official header says', () => {
  const lines = functions.map(
    (name) => `static_assert(same_call<decltype(&plugin_${name}), decltype(plugin_api::${name})>::value, "${name}");`,
  );
  expect(compile([sameCall, ...lines])).toBe('');
});

test('a wrong layout would be noticed', () => {
  expect(compile(['static_assert(sizeof(abi_metric) == sizeof(ss_plugin_event), "seen");'])).toContain('seen');
  const wrong = 'static_assert(same_call<decltype(&plugin_open), decltype(plugin_api::close)>::value, "seen");';
  expect(compile([sameCall, wrong])).toContain('seen');
});

/** What the compiler says of our header, the official one and `lines`; nothing when it is content. */
function compile(lines: string[]): string {
  const native = fileURLToPath(new URL('../../native', import.meta.url));
  const args = ['-std=c++17', '-fsyntax-only', '-I', native, '-isystem', officialHeaders, '-x', 'c++', '-'];
  const input = [includes, '#include <type_traits>', ...lines, ''].join('\n');
  const { stderr, error } = spawnSync('c++', args, { input, encoding: 'utf8' });
  if (error) throw error;
  return stderr;
}
