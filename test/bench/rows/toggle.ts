import {createServices} from '../../../src/app/create-services.ts';
import type {Composition} from '../../../src/plan/composition.ts';
import {whyMissing} from '../../support/needs.ts';
import {makePrivateApt} from '../../support/private-apt.ts';
import {benchHome} from '../bench-home.ts';
import {percentile, timed, type BenchRow} from '../row.ts';

const added = [
	'curl',
	'tini',
	'imagemagick',
	'git',
	'ffmpeg',
	'vim-tiny',
	'jq',
	'graphviz',
	'ca-certificates',
	'sqlite3',
];

const composition: Composition = {
	name: 'bench-image',
	description: '',
	starter: 'nginx',
	variant: 'minimal',
	lines: 'all',
	packages: [],
	env: {},
	bundles: [],
	config: {},
	tests: [],
};

/** Packages are put in one after another, and taken out again: as in the composer, each time every line is planned anew. */
export const toggle: BenchRow = {
	name: 'toggle',
	title:
		'every line planned anew when a package is toggled, beside apt-get -s install of the same in the same releases',
	async measure({runs, note}) {
		const home = await benchHome(note);
		const services = await createServices({env: home.env, planning: 'worker'});
		const ours: number[] = [];
		let lines: readonly {readonly line: string; readonly suite: string; readonly primaryPackage: string}[] = [];
		try {
			const sets = added.map((_, count) => added.slice(0, count + 1));
			lines = (await services.planning.plan(composition)).lines;
			note(`  nginx has the lines ${lines.map(({line, suite}) => `${line} (${suite})`).join(', ')}`);
			for (let run = 0; run < runs; run += 1) {
				for (const names of [...sets, ...sets.toReversed()]) {
					const packages = names.map(name => ({name, version: null}));
					ours.push(await timed(() => services.planning.plan({...composition, packages})));
				}
			}
		} finally {
			await services.close();
		}

		const missing = whyMissing('apt');
		const theirs: number[] = [];
		if (missing === null) {
			const apts = await Promise.all(lines.map(({suite}) => makePrivateApt({releases: [suite], acceptExpired: true})));
			for (const apt of apts) await apt.update();
			const names = [...new Set(lines.map(({primaryPackage}) => primaryPackage)), ...added];
			for (let run = 0; run < runs + 1; run += 1) {
				theirs.push(
					await timed(async () => {
						for (const apt of apts) await apt.simulateInstall(names);
					}),
				);
			}
			// The first makes apt's own cache.
			theirs.shift();
		}
		return [
			{
				what: `toggle, ${lines.length} lines planned, p95 of ${ours.length}`,
				unit: 'ms',
				ours: percentile(ours, 0.95),
				budget: {kind: 'at most', value: 50},
				peer:
					missing === null
						? {name: 'apt-get -s install, p95', value: percentile(theirs, 0.95)}
						: {name: 'apt-get -s install', missing},
			},
		];
	},
};
