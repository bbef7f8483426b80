import {execFile} from 'node:child_process';
import {existsSync} from 'node:fs';
import {readFile, rm} from 'node:fs/promises';
import {homedir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {writeFileAtomic} from '../base/atomic-file.ts';
import {isSystemError, messageOf, SlipwayError} from '../base/errors.ts';
import type {Environment} from '../base/paths.ts';

export const frequencies = ['hourly', 'daily', 'weekly'] as const;
export type Frequency = (typeof frequencies)[number];

/** What is to be installed, to be shown first: files of a systemd user timer, or a line of the user's crontab. */
export type Schedule =
	| {readonly kind: 'systemd'; readonly files: readonly {readonly path: string; readonly text: string}[]}
	| {readonly kind: 'cron'; readonly line: string};

/** Marks our line in a crontab, so that it and nothing else is taken out again. */
const cronMark = '# slipway: rebuilds private images';
const unit = 'slipway-rebuild';
const cronTimes: Readonly<Record<Frequency, string>> = {
	hourly: '17 * * * *',
	daily: '17 4 * * *',
	weekly: '17 4 * * 1',
};

/** The variables that a run needs to find the same files and mirror. */
const keptVariables = ['SLIPWAY_HOME', 'SLIPWAY_DEBIAN_MIRROR', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_CACHE_HOME'];

/**
 * The schedule for this host: systemd.timer(5) where a systemd runs, else crontab(5).
 *
 * @param program the program and its first arguments, as absolute paths
 */
export function scheduleFor(
	frequency: Frequency,
	program: readonly string[],
	env: Environment,
	hasSystemd = existsSync('/run/systemd/system'),
): Schedule {
	const kept = keptVariables.flatMap(name => (env[name] ? [`${name}=${env[name]}`] : []));
	const command = [...program, 'rebuild', '--outdated', '--overlap', 'leave'];
	if (!hasSystemd) {
		// In a crontab, % ends the command (crontab(5)).
		const words = [...(kept.length > 0 ? ['env', ...kept] : []), ...command]
			.map(shellWord)
			.join(' ')
			.replaceAll('%', '\\%');
		return {kind: 'cron', line: `${cronTimes[frequency]} ${words} ${cronMark}`};
	}
	const folder = join(env['XDG_CONFIG_HOME'] ?? join(env['HOME'] ?? homedir(), '.config'), 'systemd/user');
	const quoted = (word: string) => `"${word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%')}"`;
	const service = [
		'[Unit]',
		'Description=Rebuild private images that are outdated (slipway)',
		'',
		'[Service]',
		'Type=oneshot',
		...kept.map(word => `Environment=${quoted(word)}`),
		`ExecStart=${command.map(quoted).join(' ')}`,
		// A newer state of only some lines, or none, is no failure of the service.
		'SuccessExitStatus=3',
		'Nice=10',
	];
	const timer = [
		'[Unit]',
		`Description=Rebuild private images ${frequency} (slipway)`,
		'',
		'[Timer]',
		`OnCalendar=${frequency}`,
		'RandomizedDelaySec=15min',
		'Persistent=true',
		'',
		'[Install]',
		'WantedBy=timers.target',
	];
	return {
		kind: 'systemd',
		files: [
			{path: join(folder, `${unit}.service`), text: `${service.join('\n')}\n`},
			{path: join(folder, `${unit}.timer`), text: `${timer.join('\n')}\n`},
		],
	};
}

/** Installs a schedule, in place of one that is there. */
export async function installSchedule(schedule: Schedule): Promise<void> {
	if (schedule.kind === 'cron') {
		const others = await crontabWithoutOurs();
		return writeCrontab([...others, schedule.line]);
	}
	for (const {path, text} of schedule.files) await writeFileAtomic(path, text);
	await systemctl('daemon-reload');
	await systemctl('enable', '--now', `${unit}.timer`);
}

/** Takes a schedule out again. False if there was none. */
export async function removeSchedule(schedule: Schedule): Promise<boolean> {
	if (schedule.kind === 'cron') {
		const all = await readCrontab();
		const others = await crontabWithoutOurs();
		if (others.length === all.length) return false;
		await writeCrontab(others);
		return true;
	}
	if (!schedule.files.some(({path}) => existsSync(path))) return false;
	await systemctl('disable', '--now', `${unit}.timer`);
	for (const {path} of schedule.files) await rm(path, {force: true});
	await systemctl('daemon-reload');
	return true;
}

/** What is installed now; null for none. */
export async function installedSchedule(schedule: Schedule): Promise<string | null> {
	if (schedule.kind === 'cron') return (await readCrontab()).find(isOurs) ?? null;
	const timer = schedule.files.at(-1)?.path ?? '';
	try {
		return await readFile(timer, 'utf8');
	} catch (error) {
		if (isSystemError(error, 'ENOENT')) return null;
		throw error;
	}
}

const isOurs = (line: string) => line.endsWith(cronMark);

async function crontabWithoutOurs(): Promise<readonly string[]> {
	return (await readCrontab()).filter(line => !isOurs(line));
}

async function readCrontab(): Promise<readonly string[]> {
	try {
		const {stdout} = await promisify(execFile)('crontab', ['-l']);
		return stdout.replace(/\n$/, '').split('\n');
	} catch (error) {
		// crontab(1) says so, with exit code 1, where there is none yet.
		if (error instanceof Error && 'stderr' in error && String(error.stderr).includes('no crontab')) return [];
		throw noScheduler('crontab', error);
	}
}

async function writeCrontab(lines: readonly string[]): Promise<void> {
	const text = lines.length > 0 ? `${lines.join('\n')}\n` : '';
	await new Promise<void>((resolve, reject) => {
		const child = execFile('crontab', ['-'], error => (error ? reject(noScheduler('crontab', error)) : resolve()));
		child.stdin?.end(text);
	});
}

async function systemctl(...words: readonly string[]): Promise<void> {
	try {
		await promisify(execFile)('systemctl', ['--user', ...words]);
	} catch (error) {
		throw noScheduler('systemctl --user', error);
	}
}

function noScheduler(program: string, cause: unknown): SlipwayError {
	return new SlipwayError(
		'host',
		`\`${program}\` does not work on this host: ${messageOf(cause).split('\n')[0] ?? ''}`,
		{
			hint: 'Use your own scheduler to run `slipway rebuild --outdated`; `slipway schedule --show daily` shows the whole command.',
			cause,
		},
	);
}

function shellWord(text: string): string {
	return /^[\w./:=+~,@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
