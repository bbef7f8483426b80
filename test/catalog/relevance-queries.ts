import {readFileSync} from 'node:fs';

export interface RelevanceQuery {
	readonly kind: string;
	readonly query: string;
	/** Any of them answers it. */
	readonly families: ReadonlySet<string>;
}

/** The relevance set: what people type, and the families that they mean. */
export function relevanceQueries(): readonly RelevanceQuery[] {
	return readFileSync(new URL('relevance-queries.tsv', import.meta.url), 'utf8')
		.split('\n')
		.filter(line => line !== '' && !line.startsWith('#'))
		.map(line => {
			const [kind = '', query = '', ...families] = line.split('\t');
			return {kind, query, families: new Set(families)};
		});
}

/** Shares of the queries that are answered by the first, and within the first five. */
export function recall(
	queries: readonly RelevanceQuery[],
	search: (query: string) => readonly string[],
): {readonly at1: number; readonly at5: number} {
	let at1 = 0;
	let at5 = 0;
	for (const {query, families} of queries) {
		const found = search(query).slice(0, 5);
		if (families.has(found[0] ?? '')) at1++;
		if (found.some(family => families.has(family))) at5++;
	}
	return {at1: at1 / queries.length, at5: at5 / queries.length};
}
