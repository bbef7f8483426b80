import {matchesFilter} from '../lists/filter.ts';
import type {CardRow} from './card-rows.ts';

/** Rows of a tab that match, under the headings that they belong to. */
export function passingRows(rows: readonly CardRow[], filter: string): readonly CardRow[] {
	if (filter.trim() === '') return rows;
	const kept: CardRow[] = [];
	let heading: CardRow | null = null;
	let label = '';
	for (const row of rows) {
		if (row.kind === 'heading') {
			heading = row;
			continue;
		}
		// A fact without a label goes on with the one above.
		if (row.kind === 'fact' && row.label !== '') label = row.label;
		const [name, ...others] = textsOf(row, label);
		if (!matchesFilter(filter, name, others)) continue;
		if (heading) kept.push(heading);
		heading = null;
		kept.push(row);
	}
	return kept.length > 0 ? kept : [{kind: 'text', text: 'Nothing matches.', isError: false}];
}

/** What a row is known by, then what else is told of it. */
function textsOf(row: CardRow, label: string): readonly [string, ...string[]] {
	switch (row.kind) {
		case 'line':
			return [row.line.line, row.line.status, ...row.line.tags];
		case 'fact':
			return [label, row.value];
		case 'layer':
			return [row.layer.createdBy, row.layer.descriptor.digest];
		case 'build':
			return [row.build.build, row.build.status, row.build.startedAt, row.line?.status ?? ''];
		case 'command':
		case 'text':
		case 'heading':
			return [row.text];
		case 'all-layers':
			return ['all together'];
		case 'package':
			return [row.entry.name];
		case 'file':
			return [row.file.path];
		case 'changed':
			return [row.build.build];
		case 'change':
			return [row.change.name];
	}
}
