import {appendFileSync, existsSync, mkdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {AptRoot} from './apt-root.ts';
import {suitesOf} from './distribution.ts';
import {compareTogether, namesOf, oracleRelease, type NamedComparison} from './plan-beside-apt.ts';
import {sampleOf, seeded} from './seeded.ts';

/*
 * The long comparison with apt: a second of CPU each time that apt is asked. What was compared is kept in FOLDER, so that
 * a run which was ended goes on where it was; `--most N` ends after N more packages. `--together N` adds N of the packages
 * at once, and takes apart whatever differs or cannot be, so that a difference or a refusal is always that of one package.
 *
 *     node test/peers/apt-oracle/full-run.ts FOLDER trixie:1000 [--together N] [--most N] [--seed N]
 */
const {values, positionals} = parseArgs({
	allowPositionals: true,
	options: {
		together: {type: 'string', default: '1'},
		most: {type: 'string', default: 'Infinity'},
		seed: {type: 'string', default: '7'},
	},
});
const [folder = '', wanted = ''] = positionals;
const [release = '', count = '1000'] = wanted.split(':');
const together = Number(values.together);

/** Older runs did not say how many were added at once. */
type Compared = Omit<NamedComparison, 'together'> & Partial<Pick<NamedComparison, 'together'>>;

const file = join(folder, `${release}.ndjson`);
mkdirSync(folder, {recursive: true});
const results = new Map<string, Compared>();
if (existsSync(file)) {
	for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
		const compared = JSON.parse(line) as Compared;
		results.set(compared.name, compared);
	}
}
const suites = await suitesOf(release, 'amd64', join(folder, `${release}-lists`));
const oracle = await oracleRelease(release, suites);
const apt = await AptRoot.create(join(folder, `${release}-root`), 'amd64', suites);
const sample = sampleOf(namesOf(oracle), Number(count), seeded(Number(values.seed)));

const isDone = (name: string) => (results.get(name)?.together ?? (results.has(name) ? 1 : Infinity)) <= together;
const open = sample.filter(name => !isDone(name)).slice(0, Number(values.most));
for (let at = 0; at < open.length; at += together) {
	for (const compared of await compareTogether(oracle, apt, open.slice(at, at + together))) {
		results.set(compared.name, compared);
		appendFileSync(file, `${JSON.stringify(compared)}\n`);
	}
}

const all = [...results.values()];
const differences = all.filter(({difference}) => difference !== null);
const refused = all.filter(({isRefused, difference}) => isRefused && difference === null).length;
const alone = all.filter(entry => (entry.together ?? 1) === 1).length;
console.log(
	`${release}: ${all.length - differences.length} of ${all.length} agree with apt, ${refused} of them that it cannot be; ${alone} were added alone`,
);
for (const {name, difference} of differences) console.log(`  ${name}: ${difference}`);
