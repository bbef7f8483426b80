import {readFileSync} from 'node:fs';
import {setTimeout as delay} from 'node:timers/promises';
import {whyMissing} from '../../support/needs.ts';
import type {SlipwayHome} from '../../support/slipway.ts';
import {keys, openSlipway, openTerminal, type Terminal} from '../../support/terminal.ts';
import {benchHome} from '../bench-home.ts';
import {inTurn, percentile, timed, type BenchRow} from '../row.ts';

const size = {columns: 120, rows: 40};
const typed = ['php-curl', 'postgres', 'imagemagick'];
const idleSeconds = 3;

/** From the process's start to a screen that takes keys. */
export const firstFrame: BenchRow = {
	name: 'first-frame',
	title: 'the first interactive frame of the terminal program, beside aptitude',
	async measure({runs, note}) {
		const home = await benchHome(note);
		const missing = whyMissing('aptitude');
		const open = async (terminal: Terminal, ready: RegExp) => {
			try {
				return await timed(() => terminal.waitFor(ready, 60_000));
			} finally {
				await terminal.close();
			}
		};
		const result = await inTurn(
			runs,
			() => open(openSlipway([], {...size, env: home.env}), /n new/),
			missing === null ? () => open(openTerminal('aptitude', [], {...size, env: process.env}), /Actions +Undo/) : null,
		);
		return [
			{
				what: 'first interactive frame',
				unit: 'ms',
				ours: result.ours,
				budget: {kind: 'at most', value: 400},
				peer: missing === null ? {name: 'aptitude', value: result.peer} : {name: 'aptitude', missing},
			},
		];
	},
};

/** What a keystroke in the search field costs until the screen shows it, in time and in bytes; what an idle screen sends. */
export const screen: BenchRow = {
	name: 'screen',
	title: 'a keystroke to the screen, its bytes, the bytes of an idle screen, and the memory of the program',
	async measure({runs, note}) {
		const home = await benchHome(note);
		// The first start compiles the search index and keeps it.
		await (await openComposer(home.env)).close();
		const terminal = await openComposer(home.env);
		try {
			const times: number[] = [];
			const bytes: number[] = [];
			for (let run = 0; run < runs; run += 1) {
				for (const word of typed) {
					for (let length = 1; length <= word.length; length += 1) {
						const before = terminal.receivedBytes;
						const shown = new RegExp(`/ ${word.slice(0, length)}(?![a-z])`);
						times.push(
							await timed(() => {
								terminal.write(word[length - 1] ?? '');
								return terminal.waitFor(shown);
							}),
						);
						await settled(terminal);
						bytes.push(terminal.receivedBytes - before);
					}
					terminal.write(keys.ctrl('u'));
					await settled(terminal);
				}
			}
			const idleFrom = terminal.receivedBytes;
			await delay(idleSeconds * 1000);
			const idleBytes = terminal.receivedBytes - idleFrom;
			return [
				{
					what: `keystroke to the screen, p95 of ${times.length}`,
					unit: 'ms',
					ours: percentile(times, 0.95),
					budget: {kind: 'at most', value: 33},
					peer: null,
				},
				{
					what: 'terminal bytes of a keystroke, p95',
					unit: 'bytes',
					ours: percentile(bytes, 0.95),
					budget: {kind: 'at most', value: 4096},
					peer: null,
				},
				{
					what: `terminal bytes of an idle screen, ${idleSeconds} s`,
					unit: 'bytes',
					ours: idleBytes,
					budget: {kind: 'at most', value: 0},
					peer: null,
				},
				{
					what: 'memory of the terminal program',
					unit: 'MB',
					ours: peakMegabytes(terminal.pid),
					budget: {kind: 'at most', value: 250},
					peer: null,
				},
			];
		} finally {
			await terminal.close();
		}
	},
};

/** The composer of a new nginx image, with every line planned. */
export async function openComposer(env: SlipwayHome['env']): Promise<Terminal> {
	const terminal = openSlipway([], {...size, env});
	await terminal.waitFor(/n new/);
	terminal.write('n');
	await terminal.waitFor(/Begin from[^]*\bnginx\b/, 60_000);
	terminal.write('/nginx');
	await terminal.waitFor(screen => !screen.some(row => row.includes('postgres')));
	terminal.write(keys.enter);
	await settled(terminal);
	terminal.write(keys.enter);
	await terminal.waitFor(/SBOM preview/);
	await terminal.waitFor(/✓ 1\.\d+/, 60_000);
	await settled(terminal);
	return terminal;
}

/** Until the program has written nothing for 150 ms: results of a keystroke may come in two frames. */
async function settled(terminal: Terminal): Promise<void> {
	let before = -1;
	while (before !== terminal.receivedBytes) {
		before = terminal.receivedBytes;
		await delay(150);
	}
}

/** Peak resident memory: proc_pid_status(5), VmHWM. */
export function peakMegabytes(pid: number): number {
	const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
	return Number(kibibytes) / 1024;
}
