import {expect, test} from 'vitest';
import {newDraft} from '../../state/composer/draft.ts';
import {emptyPreview, planAsked, planFinished, planRefused, toggleFolder} from '../../state/preview/preview-pane.ts';
import {previewRows, sizeOfLine, whyPath, type PreviewRow} from '../../state/preview/preview-rows.ts';
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

test('why a package is here: the path from what was asked for', () => {
	expect(whyPath(plan.lines[0]!, 'libbad')).toEqual(['bad', 'libbad']);
	expect(whyPath(plan.lines[0]!, 'libc6')).toEqual(['php8.4', 'libc6']);
	expect(whyPath(plan.lines[0]!, 'nothing')).toEqual([]);
});

test('a folder opens and closes', () => {
	expect(toggleFolder(pane, 'starter').open.has('starter')).toBe(true);
	expect(toggleFolder(pane, 'added', true)).toBe(pane);
});
