import { Command } from 'commander';
import pc from 'picocolors';
import { docktapeVersion } from '../capture/version.js';
import { examine, type Finding } from '../doctor/examine.js';
import { findingLines, summaryLine } from '../doctor/report-text.js';
import { type JsonData, jsonText } from '../json.js';
import { ExitCode } from './exit-codes.js';
import { onInterrupt } from './interruption.js';
import { showProgress } from './progress.js';

interface DoctorOptions {
  readonly falco?: string;
  readonly json?: boolean;
}

const help = `
PARAMS are the plugin's open params: live (the default), unix://PATH, tcp://HOST:PORT, https://HOST:PORT or context:NAME; or a
capture, and then no daemon is needed. Nothing is changed, and the daemon is only asked for its version and its events.

✓ is in order, ✗ is broken and needed, – was not checked, for the reason that is given. docs/doctor.md explains each line.

Exit codes: 0 all is well, 2 something is broken.

Examples:
  docktape doctor
  docktape doctor unix:///run/user/1000/docker.sock --falco /opt/falco/bin/falco
  docktape doctor --json | jq '.checks[] | select(.status == "problem")'`;

/** Raised when a member of the report changes its meaning or goes; members may be added without. */
const VERSION = 1;

/** `docktape doctor`: what is wrong with the installation, and how to mend it. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Check docktape, Falco and the Docker daemon, and say how to mend what is broken.')
    .argument('[params]', 'which daemon, or which capture', 'live')
    .option('--falco <path>', 'the Falco to check; otherwise DOCKTAPE_FALCO, then falco on PATH')
    .option('--json', 'print the findings as JSON')
    .addHelpText('after', help)
    .action(doctor);
}

async function doctor(params: string, { falco, json }: DoctorOptions): Promise<void> {
  const signal = onInterrupt();
  const findings: Finding[] = [];
  let what = '';
  let progress: ReturnType<typeof showProgress> | undefined;
  const onBegin = (text: string) => {
    what = text;
    progress ??= showProgress(() => `checking ${what} …`);
  };
  try {
    const named = falco === undefined ? {} : { falco };
    for await (const finding of examine({ params, env: process.env, signal, onBegin, ...named })) {
      // The line must not stand where the report goes on.
      progress?.stop();
      progress = undefined;
      if (!json) print(finding, findings.at(-1));
      findings.push(finding);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    process.exitCode = ExitCode.interrupted;
    return;
  } finally {
    progress?.stop();
  }
  process.stdout.write(json ? `${report(findings)}\n` : `\n${summaryLine(findings, pc)}\n`);
  process.exitCode = isWell(findings) ? ExitCode.ok : ExitCode.failure;
}

function print(finding: Finding, before: Finding | undefined): void {
  const heading = finding.group === before?.group ? [] : [...(before ? [''] : []), pc.bold(finding.group)];
  for (const line of [...heading, ...findingLines(finding, pc)]) process.stdout.write(`${line}\n`);
}

function report(findings: readonly Finding[]): string {
  // The findings are plain data, but TypeScript takes no interface for a type with an index signature.
  const checks = findings as unknown as JsonData;
  return jsonText({ version: VERSION, docktape: docktapeVersion, ok: isWell(findings), checks }, 2);
}

function isWell(findings: readonly Finding[]): boolean {
  return findings.every(({ status }) => status !== 'problem');
}
