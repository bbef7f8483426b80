import {execFileSync, spawnSync} from 'node:child_process';
import {appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import Fuse from 'fuse.js';
import {AutoPackages} from '../../src/catalog/auto/auto-packages.ts';
import {buildFamilies} from '../../src/catalog/families/build-families.ts';
import type {Families} from '../../src/catalog/families/families.ts';
import {createSearcher} from '../../src/catalog/search/searcher.ts';
import {realIndexes} from '../catalog/real-indexes.ts';
import {recall, relevanceQueries, type RelevanceQuery} from '../catalog/relevance-queries.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';
import {AptRoot} from './apt-oracle/apt-root.ts';

/*
 * How well Slipway's search answers the relevance set, beside Fuse.js alone, `fzf --filter` and `apt search` over the same packages
 * and descriptions, all of them on every query. That takes minutes: answers are kept in FOLDER as they come, so that a run
 * which was ended goes on where it was. Once all have answered, it prints the table and writes it to search-relevance.md:
 *
 *     node test/peers/search-relevance.ts FOLDER [slipway|fuse|fzf|apt]
 */

/** Families, best first. */
type Peer = (query: string) => readonly string[];

interface Row {
	readonly peer: string;
	readonly at1: number;
	readonly at5: number;
	readonly medianMs: number;
	readonly p95Ms: number;
	readonly byKind: ReadonlyMap<string, number>;
}

interface Answer {
	readonly query: string;
	/** The first five. */
	readonly families: readonly string[];
	readonly ms: number;
}

const titles: Readonly<Record<string, string>> = {
	slipway: 'Slipway',
	fuse: 'Fuse.js alone',
	fzf: '`fzf --filter`',
	apt: '`apt search`',
};
const [folder = await temporaryFolder('search-relevance'), ...wanted] = process.argv.slice(2);
mkdirSync(folder, {recursive: true});
const queries = relevanceQueries();
const families = buildFamilies(await realIndexes());
const summaries = new Map(families.names.map((name, number) => [name, summaryOf(families, number)]));

const peers: Readonly<Record<string, () => Peer | Promise<Peer>>> = {slipway, fuse, fzf, apt};
for (const [name, open] of Object.entries(peers)) {
	if (wanted.length > 0 && !wanted.includes(name)) continue;
	if (answersOf(name).length < queries.length) await answerAll(name, await open());
}
const answers = Object.keys(peers).map(name => [name, answersOf(name)] as const);
for (const [name, list] of answers) console.error(`${name}: ${list.length} of ${queries.length} queries`);
if (answers.every(([, list]) => list.length === queries.length)) {
	const table = tableOf(answers.map(([name, list]) => rowOf(titles[name] ?? name, list)));
	console.log(table);
	writeFileSync(new URL('search-relevance.md', import.meta.url), table);
}

function slipway(): Peer {
	const searcher = createSearcher({autos: new AutoPackages(families)});
	for (const {query} of queries) searcher.search(query);
	return query => searcher.search(query).families.map(({family}) => family);
}

function fuse(): Peer {
	const items = families.names.map(name => ({name, summary: summaries.get(name) ?? ''}));
	const engine = new Fuse(items, {keys: [{name: 'name', weight: 3}, 'summary'], ignoreLocation: true});
	return query => engine.search(query, {limit: 5}).map(({item}) => item.name);
}

function fzf(): Peer {
	const input = families.names.map(name => `${name}\t${summaries.get(name) ?? ''}`).join('\n');
	return query => {
		const {stdout, error} = spawnSync('fzf', ['--filter', query], {input, encoding: 'utf8', maxBuffer: 64 << 20});
		if (error !== undefined) throw error;
		return firstFive(stdout.split('\n').map(line => line.split('\t', 1)[0] ?? ''));
	};
}

async function apt(): Promise<Peer> {
	const text = families.names
		.flatMap(family => families.members(family).map(({name}) => name))
		.map(
			name =>
				`Package: ${name}\nVersion: 1\nArchitecture: amd64\nMaintainer: x\nSize: 1\nFilename: pool/${name}.deb\n` +
				`SHA256: ${'0'.repeat(64)}\nDescription: ${summaries.get(families.familyOf(name) ?? '') ?? ''}\n`,
		)
		.join('\n');
	const root = join(folder, 'apt-root');
	await AptRoot.create(root, 'amd64', [{suite: 'all', text}]);
	const env = {...process.env, APT_CONFIG: join(root, 'apt.conf'), LC_ALL: 'C'};
	execFileSync('apt-cache', ['gencaches'], {env, stdio: 'ignore'});
	return query => {
		const words = query.split(' ').map(word => word.replaceAll(/[.+*?]/g, String.raw`\$&`));
		const command = ['-qq', 'search', ...words];
		const {stdout, error} = spawnSync('apt', command, {env, encoding: 'utf8', maxBuffer: 64 << 20});
		if (error !== undefined) throw error;
		const names = stdout.matchAll(/^([^/\s]+)\//gm);
		return firstFive([...names].map(([, name = '']) => families.familyOf(name) ?? name));
	};
}

function fileOf(name: string): string {
	return join(folder, `${name}.ndjson`);
}

/** Without answers to queries that are no longer asked. */
function answersOf(name: string): readonly Answer[] {
	if (!existsSync(fileOf(name))) return [];
	const lines = readFileSync(fileOf(name), 'utf8').split('\n');
	const known = lines.filter(line => line !== '').map(line => JSON.parse(line) as Answer);
	return queries.flatMap(({query}) => known.find(answer => answer.query === query) ?? []);
}

async function answerAll(name: string, search: Peer): Promise<void> {
	const known = new Set(answersOf(name).map(({query}) => query));
	for (const {query} of queries) {
		if (known.has(query)) continue;
		const startedAt = performance.now();
		const found = search(query).slice(0, 5);
		const answer: Answer = {query, families: found, ms: performance.now() - startedAt};
		appendFileSync(fileOf(name), `${JSON.stringify(answer)}\n`);
	}
}

function rowOf(peer: string, list: readonly Answer[]): Row {
	const byQuery = new Map(list.map(({query, families: found}) => [query, found]));
	const among = (part: readonly RelevanceQuery[]) => recall(part, query => byQuery.get(query) ?? []);
	const kinds = [...new Set(queries.map(({kind}) => kind))];
	const sorted = list.map(({ms}) => ms).sort((a, b) => a - b);
	return {
		peer,
		...among(queries),
		medianMs: sorted[Math.floor(sorted.length / 2)] ?? 0,
		p95Ms: sorted[Math.floor(sorted.length * 0.95)] ?? 0,
		byKind: new Map(kinds.map(kind => [kind, among(queries.filter(query => query.kind === kind)).at5])),
	};
}

function tableOf(list: readonly Row[]): string {
	const kinds = [...(list[0]?.byKind.keys() ?? [])];
	const counts = kinds.map(kind => `${kind} (${queries.filter(query => query.kind === kind).length})`);
	const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
	const lines = list.map(({peer, at1, at5, medianMs, p95Ms, byKind}) =>
		[
			peer,
			percent(at1),
			percent(at5),
			...kinds.map(kind => percent(byKind.get(kind) ?? 0)),
			medianMs.toFixed(1),
			p95Ms.toFixed(1),
		].join(' | '),
	);
	return [
		'# Search: does it find what is meant?',
		'',
		`${queries.length} queries of \`test/catalog/relevance-queries.tsv\` over ${families.names.length} families of ${families.packages.indexes.map(({release}) => release).join(', ')} (names and descriptions). A query is answered if one of its expected families is first (recall at 1) or among the first five (recall at 5, also by kind of query). All of them answered every query. Times in ms, on a machine with other work to do, not the same for each: compare orders of magnitude; for fzf and apt they are of a whole process. Made by \`node test/peers/search-relevance.ts\`.`,
		'',
		`| | at 1 | at 5 | ${counts.join(' | ')} | median ms | p95 ms |`,
		`|---|${'---:|'.repeat(kinds.length + 4)}`,
		...lines.map(line => `| ${line} |`),
		'',
	].join('\n');
}

function firstFive(names: readonly string[]): readonly string[] {
	return [...new Set(names.filter(name => name !== ''))].slice(0, 5);
}

function summaryOf(all: Families, number: number): string {
	const [version] = all.membersAt(number)[0]?.versions ?? [];
	return version === undefined ? '' : version.index.summaryOf(version.id).replaceAll('\n', ' ');
}
