import {appendFileSync, existsSync, mkdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {AptRoot} from './apt-root.ts';
import {suitesOf} from './distribution.ts';
import {namesOf, oracleRelease, planBesideApt, type Comparison} from './plan-beside-apt.ts';
import {sampleOf, seeded} from './seeded.ts';

/*
 * The long comparison with apt: half a second of CPU a package. What was compared is kept in FOLDER, so that a run which was
 * ended goes on where it was; `--most N` ends after N more packages.
 *
 *     node test/peers/apt-oracle/full-run.ts FOLDER trixie:1000 [--most N] [--seed N]
 */
const [folder = '', wanted = '', ...rest] = process.argv.slice(2);
const [release = '', count = '1000'] = wanted.split(':');
const option = (name: string, otherwise: number) =>
	rest.includes(name) ? Number(rest[rest.indexOf(name) + 1]) : otherwise;

const file = join(folder, `${release}.ndjson`);
mkdirSync(folder, {recursive: true});
const known = existsSync(file)
	? readFileSync(file, 'utf8')
			.split('\n')
			.filter(line => line !== '')
			.map(line => JSON.parse(line) as Comparison)
	: [];
const suites = await suitesOf(release, 'amd64', join(folder, `${release}-lists`));
const oracle = await oracleRelease(release, suites);
const apt = await AptRoot.create(join(folder, `${release}-root`), 'amd64', suites);
const sample = sampleOf(namesOf(oracle), Number(count), seeded(option('--seed', 7)));
const isKnown = new Set(known.map(({name}) => name));
const results = [...known];
for (const name of sample.filter(other => !isKnown.has(other)).slice(0, option('--most', Infinity))) {
	const comparison = await planBesideApt(oracle, apt, name);
	results.push(comparison);
	appendFileSync(file, `${JSON.stringify(comparison)}\n`);
}
const differences = results.filter(({difference}) => difference !== null);
const refused = results.filter(({isRefused, difference}) => isRefused && difference === null).length;
console.log(
	`${release}: ${results.length - differences.length} of ${results.length} agree with apt, ${refused} of them that it cannot be`,
);
for (const {name, difference} of differences) console.log(`  ${name}: ${difference}`);
