import {expect, test} from 'vitest';
import {newDraft} from '../../state/composer/draft.ts';
import {emptyPreview, planAsked, planFinished, planRefused, toggleFolder} from '../../state/preview/preview-pane.ts';
import {previewRows, sizeOfLine, type PreviewRow} from '../../state/preview/preview-rows.ts';
import {testPlan, testStarter} from '../support/tui-services.ts';

const starter = testStarter('php', ['8.4', '8.2']);
const draft = {
	...newDraft(starter),
	name: 'x',
	packages: [
		{name: 'php-curl-auto', version: null},
		{name: 'bad', version: null},
	],
	env: {APP_ENV: 'test'},
};
const plan = testPlan(draft, starter);
const pane = planFinished(planAsked(emptyPreview), 1, plan);

const shortly = (row: PreviewRow): string => {
	switch (row.kind) {
		case 'line':
			return `line ${row.line.line} ${row.line.status}`;
		case 'tags':
			return `tags +${row.gained.join(' ')} -${row.lost.join(' ')}`;
		case 'collision':
			return `~ ${row.text}`;
		case 'conflict':
			return `${'  '.repeat(row.depth)}! ${row.text}`;
		case 'suggestion':
			return `> ${row.suggestion.text}`;
		case 'folder':
			return `${row.isOpen ? 'v' : '>'} ${row.folder} ${row.count}`;
		case 'package':
			return `  ${row.name} ${row.cells.map(cell => (cell.kind === 'version' ? cell.version : cell.kind)).join(' ')}`;
		case 'variable':
			return `  ${row.name}=${row.value}`;
		case 'bundle':
			return `  ${row.name}`;
		case 'empty':
			return row.text;
	}
};

test('lines with their conflicts, then folders with a cell for each line', () => {
	expect(previewRows(pane, draft).map(shortly)).toEqual([
		'line 8.4 ok',
		'line 8.2 conflict',
		'! bad cannot be installed',
		'  ! bad needs libold',
		'> Leave out bad',
		'v added 2',
		'  php-curl-auto 1.2-3 unplanned',
		'  bad 1.2-3 unplanned',
		'> dependencies 2',
		'> starter 2',
		'v variables 1',
		'  APP_ENV=test',
		'v bundles 0',
	]);
});

test('files that collide stand below their line: the first five, and how many more', () => {
	const files = Array.from(
		{length: 7},
		(_, at) =>
			({
				path: `/usr/bin/tool-${at}`,
				below: {kind: 'package', name: 'php-curl'},
				above: {kind: at === 0 ? 'bundle' : 'package', name: 'tools'},
			}) as const,
	);
	const [first, ...others] = plan.lines;
	const colliding = {...plan, lines: [{...first!, fileCollisions: files}, ...others]};
	const rows = previewRows(planFinished(planAsked(emptyPreview), 1, colliding), draft).map(shortly);
	expect(rows.slice(0, 8)).toEqual([
		'line 8.4 ok',
		'~ /usr/bin/tool-0 of the bundle tools comes in place of that of the package php-curl',
		'~ /usr/bin/tool-1 of the package tools would be written over the package php-curl',
		'~ /usr/bin/tool-2 of the package tools would be written over the package php-curl',
		'~ /usr/bin/tool-3 of the package tools would be written over the package php-curl',
		'~ /usr/bin/tool-4 of the package tools would be written over the package php-curl',
		'~ and 2 more files',
		'line 8.2 conflict',
	]);
});

test('a filter opens the folders that have what it looks for', () => {
	const rows = previewRows({...pane, filter: {text: "'libc6", cursor: 0, killed: ''}}, draft);
	expect(rows.filter(({kind}) => kind === 'folder' || kind === 'package').map(shortly)).toEqual([
		'v starter 1',
		'  libc6 1.2-3 unplanned',
		'v variables 1',
		'v bundles 0',
	]);
});

test('a plan that comes too late changes nothing', () => {
	const newer = planAsked(pane);
	expect(planFinished(newer, 1, testPlan(newDraft(starter), starter))).toBe(newer);
	expect(planRefused(newer, 1, 'late')).toBe(newer);
	expect(planRefused(newer, 2, 'now')).toMatchObject({status: 'refused', problem: 'now', plan});
});

test('the size that the composition adds is told apart from the starter', () => {
	expect(sizeOfLine(plan.lines[0]!)).toMatchObject({packages: 6, addedBytes: 4_000_000, installedBytes: 6_000_000});
	expect(sizeOfLine(plan.lines[1]!)).toBeNull();
});

test('a folder opens and closes', () => {
	expect(toggleFolder(pane, 'starter').open.has('starter')).toBe(true);
	expect(toggleFolder(pane, 'added', true)).toBe(pane);
});
