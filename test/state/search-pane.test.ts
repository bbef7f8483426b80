import {expect, test} from 'vitest';
import type {FamilyHit} from '../../src/catalog/search-result.ts';
import {newDraft} from '../../state/composer/draft.ts';
import {emptySearch, likeliestRow, searchRows} from '../../state/search/search-pane.ts';
import {testStarter} from '../support/tui-services.ts';

const family = (name: string, auto: string | null, members: readonly string[]): FamilyHit => ({
	family: name,
	auto,
	summary: '',
	blocked: null,
	members: members.map(own => ({name: own, version: '1', suite: 'trixie', summary: '', lines: [], matched: []})),
	matched: [],
});
const families = [
	family('postgresql', 'postgresql-auto', ['postgresql-17', 'postgresql-15', 'postgresql']),
	family('tini', null, ['tini']),
];

test.each([
	['postgresql', 'postgresql-auto'],
	['postgresql-15', 'postgresql-15'],
	['postgresql-1', 'postgresql-auto'],
])('after “%s” Enter means %s', (query, expected) => {
	const rows = searchRows(
		{...emptySearch, result: {query, tookMs: 1, total: 2, families}},
		newDraft(testStarter('php', ['8.4'])),
	);
	const row = rows[likeliestRow(rows, query)];
	expect(row?.kind === 'family' ? null : row?.name).toBe(expected);
});
