import {cp, mkdir, readdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {startEndlessBuild} from '../../support/endless-build.ts';
import {makeSlipwayHome, type SlipwayHome} from '../../support/slipway.ts';
import {keys, type Terminal} from '../../support/terminal.ts';
import {acceptExpired, benchHome} from '../bench-home.ts';
import {percentile, timed, type BenchRow} from '../row.ts';
import {openComposer} from './terminal.ts';

const typed = ['php-curl', 'postgres', 'imagemagick'];
const mostMs = 60_000;
const refreshes = 4;
/** A quick hand: eight keys a second. */
const pauseMs = 125;

/** What a keystroke costs while two releases are downloaded and compiled, and six lines of a build tell of themselves. */
export const busy: BenchRow = {
	name: 'busy',
	title: 'a keystroke to the screen, while package lists are refreshed and six lines are built',
	async measure({note}) {
		const home = await homeWithOneRelease(note);
		const build = startEndlessBuild(home);
		const terminal = await openComposer(home.env);
		try {
			await terminal.waitFor(/busy {2}in progress/u, 20_000);
			// Whoever types has typed before: code that runs for the first time is another row's.
			for (const word of typed) await typeWord(terminal, word);
			const times: number[] = [];
			for (let refresh = 0; refresh < refreshes; refresh += 1) {
				await forgetOtherReleases(home);
				terminal.write(keys.ctrl('r'));
				await terminal.waitFor('refreshing', 20_000);
				times.push(...(await typeWhile(terminal, () => terminal.screen()[0]?.includes('refreshing') === true)));
			}
			return [
				{
					what: `keystroke to the screen while refreshing and building, p95 of ${times.length}`,
					unit: 'ms',
					ours: percentile(times, 0.95),
					budget: {kind: 'at most', value: 33},
					peer: null,
				},
			];
		} finally {
			await terminal.close();
			build.stop();
		}
	},
};

/** With trixie alone: a refresh has the other releases to fetch and to compile. */
async function homeWithOneRelease(note: (text: string) => void): Promise<SlipwayHome> {
	const from = join((await benchHome(note)).env['SLIPWAY_HOME'] ?? '', 'cache/indexes');
	const home = await makeSlipwayHome({env: acceptExpired});
	const to = indexesOf(home);
	await mkdir(to, {recursive: true});
	for (const suite of await readdir(from)) {
		if (suite.startsWith('trixie')) await cp(join(from, suite), join(to, suite), {recursive: true});
	}
	return home;
}

const indexesOf = (home: SlipwayHome) => join(home.env['SLIPWAY_HOME'] ?? '', 'cache/indexes');

async function forgetOtherReleases(home: SlipwayHome): Promise<void> {
	for (const suite of await readdir(indexesOf(home))) {
		if (!suite.startsWith('trixie')) await rm(join(indexesOf(home), suite), {recursive: true});
	}
}

async function typeWhile(terminal: Terminal, isBusy: () => boolean): Promise<readonly number[]> {
	const times: number[] = [];
	const until = Date.now() + mostMs;
	while (isBusy() && Date.now() < until) for (const word of typed) times.push(...(await typeWord(terminal, word)));
	return times;
}

/** Letter by letter; the field is empty again in the end. */
async function typeWord(terminal: Terminal, word: string): Promise<readonly number[]> {
	const times: number[] = [];
	for (let length = 1; length <= word.length; length += 1) {
		const shown = new RegExp(`/ ${word.slice(0, length)}(?![a-z])`, 'u');
		times.push(
			await timed(() => {
				terminal.write(word[length - 1] ?? '');
				return terminal.waitFor(shown, 60_000);
			}),
		);
		await delay(pauseMs);
	}
	terminal.write(keys.ctrl('u'));
	await terminal.waitFor('name or description of a package', 60_000);
	await delay(pauseMs);
	return times;
}
