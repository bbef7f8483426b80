import {readFileSync} from 'node:fs';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {stringify} from 'yaml';
import type {JournalEvent} from '../../../src/build/journal-event.ts';
import {benchHome} from '../bench-home.ts';
import type {BenchRow} from '../row.ts';
import {peakMegabytes} from './terminal.ts';

/** The builder with its threads; the sandbox's own processes are dpkg and maintainer scripts. */
export const builderMemory: BenchRow = {
	name: 'builder-memory',
	title: 'peak memory of the builder process over all lines of php',
	async measure({note}) {
		const home = await benchHome(note);
		const file = join(home.folder, 'bench-memory.yaml');
		await writeFile(
			file,
			stringify({name: 'bench-memory', starter: 'php', packages: ['php-curl-auto', 'php-intl-auto']}),
		);
		let pid = 0;
		let peak = 0;
		let text = '';
		const onOutput = (chunk: string) => {
			text += chunk;
			if (pid !== 0 || !text.includes('\n')) return;
			const started = JSON.parse(text.slice(0, text.indexOf('\n'))) as JournalEvent;
			if (started.type === 'build/started') pid = started.pid;
		};
		const ended = new AbortController();
		const sample = async () => {
			while (!ended.signal.aborted) {
				if (pid !== 0 && isThere(pid)) peak = Math.max(peak, peakMegabytes(pid));
				await delay(50);
			}
		};
		const sampling = sample();
		const result = await home.run(['build', file, '--json'], {onOutput});
		ended.abort();
		await sampling;
		if (result.exitCode !== 0) throw new Error(`slipway build: ${result.stderr}`);
		return [
			{
				what: 'memory of the builder',
				unit: 'MB',
				ours: peak,
				budget: {kind: 'at most', value: 500},
				peer: null,
			},
		];
	},
};

function isThere(pid: number): boolean {
	try {
		return readFileSync(`/proc/${pid}/status`, 'utf8').includes('VmHWM');
	} catch {
		return false;
	}
}
