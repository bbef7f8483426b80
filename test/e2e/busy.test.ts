import {readFileSync} from 'node:fs';
import {setTimeout as delay} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {startEndlessBuild} from '../support/endless-build.ts';
import {describeNeeding} from '../support/needs.ts';
import {makeSlipwayHome} from '../support/slipway.ts';
import {keys, openSlipway, type Terminal} from '../support/terminal.ts';
import {startSmallRepository} from './small-repository.ts';

/** The budget is 33 ms on a machine that does nothing else (`npm run bench -- busy`); tests run beside others. */
const ceilingMs = 1000;
const rounds = 4;

describeNeeding('apt')('while package lists are refreshed and six lines are built', () => {
	test(`a key is on the screen within ${ceilingMs} ms, and none is lost`, {timeout: 120_000}, async () => {
		const repository = await startSmallRepository();
		const home = await makeSlipwayHome({repository});
		expect((await home.run(['update'])).exitCode).toBe(0);
		const build = startEndlessBuild(home);
		const terminal = openSlipway([], {env: home.env, columns: 120, rows: 40});
		try {
			await openComposer(terminal);
			await terminal.waitFor(/busy {2}in progress/u);
			const times: number[] = [];
			for (let round = 0; round < rounds; round += 1) {
				terminal.write(keys.ctrl('r'));
				for (const letter of 'greeter-data') times.push(await timeOf(terminal, letter));
				await terminal.waitFor(/\/ greeter-data/u);
				terminal.write(keys.ctrl('u'));
				await terminal.waitFor('name or description of a package');
			}
			times.sort((a, b) => a - b);
			expect(times[Math.ceil(times.length * 0.95) - 1]).toBeLessThan(ceilingMs);
			// Six lines of progress, four times a second at most: they move, and cost little.
			const before = terminal.receivedBytes;
			await delay(2000);
			const bytesPerSecond = (terminal.receivedBytes - before) / 2;
			expect(bytesPerSecond).toBeGreaterThan(0);
			expect(bytesPerSecond).toBeLessThan(10_000);
		} finally {
			build.stop();
			await terminal.close();
			await repository.close();
		}
	});
});

describeNeeding('debian-mirror')('with all package lists of three releases', () => {
	test('the first start, a plan and a search take no more than 250 MB', {timeout: 300_000}, async () => {
		const home = await makeSlipwayHome({env: {SLIPWAY_ACCEPT_EXPIRED: 'bookworm,trixie,forky'}});
		const terminal = openSlipway([], {env: home.env, columns: 120, rows: 40});
		try {
			await terminal.waitFor(/package lists of just now/u, 200_000);
			await openComposer(terminal, 'nginx');
			terminal.write('imagemagick');
			await terminal.waitFor(/· imagemagick-6/u);
			const peakKb = /^VmHWM:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${terminal.pid}/status`, 'utf8'))?.[1];
			expect(Number(peakKb) / 1024).toBeLessThan(250);
		} finally {
			await terminal.close();
		}
	});
});

async function openComposer(terminal: Terminal, starter = 'debian'): Promise<void> {
	await terminal.waitFor(/n new/u);
	terminal.write('n');
	await terminal.waitFor(new RegExp(`Begin from[^]*\\b${starter}\\b`, 'u'), 60_000);
	terminal.write(`/${starter}${keys.enter}`);
	terminal.write(keys.enter);
	await terminal.waitFor(/SBOM preview/u);
	await terminal.waitFor(/✓ \d+\.\d+/u, 60_000);
}

async function timeOf(terminal: Terminal, letter: string): Promise<number> {
	const field = () => /\/ (\S*)/u.exec(terminal.text())?.[1]?.length ?? 0;
	const length = terminal.text().includes('name or description of a package') ? 0 : field();
	const startedAt = performance.now();
	terminal.write(letter);
	await terminal.waitFor(() => field() === length + 1 && !terminal.text().includes('name or description'));
	return performance.now() - startedAt;
}
