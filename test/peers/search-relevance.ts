import {execFileSync, spawnSync} from 'node:child_process';
import {writeFileSync} from 'node:fs';
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
 * and descriptions. Prints the table and writes it to search-relevance.md. Each has two minutes: who needs longer is measured on
 * fewer queries, drawn evenly, and the table says on how many:
 *
 *     node test/peers/search-relevance.ts
 */

interface Peer {
	readonly name: string;
	/** Families, best first. */
	readonly search: (query: string) => readonly string[];
}

interface Row {
	readonly peer: string;
	/** Queries that it had time for. */
	readonly answered: number;
	readonly at1: number;
	readonly at5: number;
	readonly medianMs: number;
	readonly p95Ms: number;
	readonly byKind: ReadonlyMap<string, number>;
}

const budgetMs = 120_000;
const stride = 37;

const queries = relevanceQueries();
const families = buildFamilies(await realIndexes());
const summaries = new Map(families.names.map((name, number) => [name, summaryOf(families, number)]));
const folder = await temporaryFolder('search-relevance');

const rows = [slipway(), fzf(), await apt(), fuse()].map(measure);
const table = tableOf(rows);
console.log(table);
writeFileSync(new URL('search-relevance.md', import.meta.url), table);

function slipway(): Peer {
	const searcher = createSearcher({autos: new AutoPackages(families)});
	for (const {query} of queries) searcher.search(query);
	return {name: 'Slipway', search: query => searcher.search(query).families.map(({family}) => family)};
}

function fuse(): Peer {
	const items = families.names.map(name => ({name, summary: summaries.get(name) ?? ''}));
	const engine = new Fuse(items, {keys: [{name: 'name', weight: 3}, 'summary'], ignoreLocation: true});
	return {name: 'Fuse.js alone', search: query => engine.search(query, {limit: 5}).map(({item}) => item.name)};
}

function fzf(): Peer {
	const input = families.names.map(name => `${name}\t${summaries.get(name) ?? ''}`).join('\n');
	return {
		name: 'fzf --filter',
		search: query => {
			const {stdout} = spawnSync('fzf', ['--filter', query], {input, encoding: 'utf8', maxBuffer: 64 << 20});
			return firstFive(stdout.split('\n').map(line => line.split('\t', 1)[0] ?? ''));
		},
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
	await AptRoot.create(folder, 'amd64', [{suite: 'all', text}]);
	const env = {...process.env, APT_CONFIG: join(folder, 'apt.conf'), LC_ALL: 'C'};
	execFileSync('apt-cache', ['gencaches'], {env, stdio: 'ignore'});
	return {
		name: 'apt search',
		search: query => {
			const words = query.split(' ').map(word => word.replaceAll(/[.+*?]/g, String.raw`\$&`));
			const {stdout} = spawnSync('apt', ['-qq', 'search', ...words], {env, encoding: 'utf8', maxBuffer: 64 << 20});
			const names = stdout.matchAll(/^([^/\s]+)\//gm);
			return firstFive([...names].map(([, name = '']) => families.familyOf(name) ?? name));
		},
	};
}

function measure({name, search}: Peer): Row {
	const times: number[] = [];
	const timed = (query: string) => {
		const startedAt = performance.now();
		const found = search(query);
		times.push(performance.now() - startedAt);
		return found;
	};
	const answers = new Map<string, readonly string[]>();
	const until = performance.now() + budgetMs;
	// A stride that shares no factor with their number visits them all, from all parts of the list at once.
	for (let at = 0; at < queries.length && performance.now() < until; at++) {
		const query = queries[(at * stride) % queries.length]?.query ?? '';
		answers.set(query, timed(query));
	}
	const asked = queries.filter(({query}) => answers.has(query));
	console.error(`${name}: ${asked.length} queries`);
	const among = (list: readonly RelevanceQuery[]) => recall(list, query => answers.get(query) ?? []);
	const kinds = [...new Set(queries.map(({kind}) => kind))];
	const sorted = times.toSorted((a, b) => a - b);
	return {
		peer: name,
		answered: asked.length,
		...among(asked),
		medianMs: sorted[Math.floor(sorted.length / 2)] ?? 0,
		p95Ms: sorted[Math.floor(sorted.length * 0.95)] ?? 0,
		byKind: new Map(kinds.map(kind => [kind, among(asked.filter(query => query.kind === kind)).at5])),
	};
}

function tableOf(list: readonly Row[]): string {
	const kinds = [...(list[0]?.byKind.keys() ?? [])];
	const counts = kinds.map(kind => `${kind} (${queries.filter(query => query.kind === kind).length})`);
	const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
	const lines = list.map(({peer, answered, at1, at5, medianMs, p95Ms, byKind}) =>
		[
			answered === queries.length ? peer : `${peer} (${answered} queries)`,
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
		`${queries.length} queries of \`test/catalog/relevance-queries.tsv\` over ${families.names.length} families of ${families.packages.indexes.map(({release}) => release).join(', ')} (names and descriptions). A query is answered if one of its expected families is first (recall at 1) or among the first five (recall at 5, also by kind of query). Times in ms are those of the same run: for fzf and apt of a whole process. Made by \`node test/peers/search-relevance.ts\`.`,
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
