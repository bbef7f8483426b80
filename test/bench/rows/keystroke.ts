import {setTimeout} from 'node:timers/promises';
import Fuse from 'fuse.js';
import {createServices} from '../../../src/app/create-services.ts';
import {whyMissing} from '../../support/needs.ts';
import {mustRun} from '../../support/run-program.ts';
import {benchHome} from '../bench-home.ts';
import {benchRecords} from '../bench-records.ts';
import {median, percentile, timed, type BenchRow} from '../row.ts';

/** What people type, letter by letter: names, words of descriptions, typing errors. */
const typed = ['php-curl', 'postgresql', 'postgers', 'imagemagik', 'web server', 'libssl', 'nodejs'];
const keystrokes = typed.flatMap(word => Array.from(word, (_, index) => word.slice(0, index + 1)));

/** Fuse.js takes seconds for some: every tenth keystroke is enough to tell. */
const fewKeystrokes = keystrokes.filter((_, index) => index % 10 === 4);

export const keystroke: BenchRow = {
	name: 'keystroke',
	title: 'a keystroke to the ranked list, through the planning worker, beside Fuse.js alone and fzf --filter',
	async measure({runs, note}) {
		const home = await benchHome(note);
		const records = await benchRecords(home);
		note(`  ${records.length} package records`);

		const services = await createServices({env: home.env, planning: 'worker'});
		const ours: number[] = [];
		try {
			await services.planning.search('warm', {limit: 50});
			// Whoever opens the composer finds the search made ready by then.
			await setTimeout(5000);
			for (let run = 0; run < runs; run += 1) {
				for (const query of keystrokes) {
					ours.push(await timed(() => services.planning.search(query, {limit: 50})));
				}
			}
		} finally {
			await services.close();
		}

		const fuse = new Fuse(records, {keys: ['name', 'summary'], ignoreLocation: true, includeMatches: true});
		const fuseTimes: number[] = [];
		for (const query of fewKeystrokes) fuseTimes.push(await timed(async () => fuse.search(query, {limit: 50})));

		const missing = whyMissing('fzf');
		const input = records.map(({name, summary}) => `${name} ${summary}`).join('\n');
		const fzfTimes: number[] = [];
		for (const query of missing === null ? fewKeystrokes : []) {
			fzfTimes.push(await timed(() => mustRun('fzf', ['--filter', query], {input})));
		}
		const p95 = percentile(ours, 0.95);
		return [
			{
				what: `keystroke, ranked list, p95 of ${ours.length}`,
				unit: 'ms',
				ours: p95,
				budget: {kind: 'at most', value: 10},
				peer: {name: 'Fuse.js alone, p95', value: percentile(fuseTimes, 0.95)},
			},
			{
				what: 'keystroke, ranked list, median',
				unit: 'ms',
				ours: median(ours),
				budget: null,
				peer:
					missing === null ? {name: 'fzf --filter, median', value: median(fzfTimes)} : {name: 'fzf --filter', missing},
			},
		];
	},
};
