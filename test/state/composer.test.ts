import {describe, expect, test} from 'vitest';
import {
	addPackage,
	applySuggestion,
	nameProblem,
	newDraft,
	removeVariable,
	setVariable,
	starterVariables,
	toggleLine,
	togglePackage,
} from '../../state/composer/draft.ts';
import {composeNew, draftOf, editDraft, isUnsaved, redoEdit, undoEdit} from '../../state/composer/composer.ts';
import {looksSecret, parseVariables, variableProblem} from '../../state/composer/variables.ts';
import {testStarter} from '../support/tui-services.ts';

const starter = testStarter('php', ['8.4', '8.2']);
const draft = newDraft(starter);
const named = (name: string) => ({name, version: null});

describe('packages of a draft', () => {
	test('the same key adds and takes away', () => {
		const added = togglePackage(draft, named('curl'));
		expect(added).toMatchObject({kind: 'ok', draft: {packages: [named('curl')]}});
		expect(togglePackage({...draft, packages: [named('curl')]}, named('curl'))).toMatchObject({
			draft: {packages: []},
		});
	});

	test('the hundred and first is refused, a change of one of the hundred is not', () => {
		const full = {...draft, packages: Array.from({length: 100}, (_, at) => named(`p${at}`))};
		expect(addPackage(full, named('one-more'))).toMatchObject({
			kind: 'refused',
			reason: expect.stringContaining('at most 100'),
		});
		expect(addPackage(full, {name: 'p5', version: '1.2-3'}).kind).toBe('ok');
	});
});

describe('lines of a draft', () => {
	test('one left out, and all again', () => {
		const without = toggleLine(draft, '8.2', ['8.4', '8.2']);
		expect(without).toMatchObject({draft: {lines: ['8.4']}});
		expect(toggleLine({...draft, lines: ['8.4']}, '8.2', ['8.4', '8.2'])).toMatchObject({draft: {lines: 'all'}});
	});

	test('the last one stays', () => {
		expect(toggleLine({...draft, lines: ['8.4']}, '8.4', ['8.4', '8.2']).kind).toBe('refused');
	});
});

test('a suggestion is an edit', () => {
	const tests = [
		['php', '-m'],
		['php', '-v'],
	].map(run => ({run, expect: {}}));
	const asked = {...draft, tests, packages: [named('bad'), {name: 'curl', version: '1'}]};
	const all = ['8.4', '8.2'];
	const after = (suggestion: Parameters<typeof applySuggestion>[1]) => {
		const edited = applySuggestion(asked, suggestion, all);
		return edited.kind === 'ok' ? edited.draft : null;
	};
	expect(after({kind: 'drop-package', package: 'bad', text: ''})?.packages).toHaveLength(1);
	expect(after({kind: 'drop-test', run: ['php', '-v'], text: ''})?.tests).toEqual([{run: ['php', '-m'], expect: {}}]);
	expect(after({kind: 'drop-test', run: ['of', 'a', 'baseline'], text: ''})).toBeNull();
	expect(after({kind: 'leave-out-line', line: '8.2', text: ''})?.lines).toEqual(['8.4']);
	expect(after({kind: 'replace-package', package: 'bad', by: 'good', text: ''})?.packages[0]).toEqual(named('good'));
	expect(after({kind: 'lift-pin', package: 'curl', text: ''})?.packages[1]).toEqual(named('curl'));
	const changes = [
		{kind: 'drop-package', package: 'bad', text: ''},
		{kind: 'lift-pin', package: 'curl', text: ''},
	] as const;
	expect(after({kind: 'change-several', changes, text: ''})?.packages).toEqual([named('curl')]);
});

describe('variables', () => {
	const own = starterVariables(draft, starter);

	test.each([
		['APP_ENV', 'x', null],
		['', 'x', 'A variable needs a name.'],
		['1A', 'x', expect.stringContaining('does not begin with a digit')],
		['APP_ENV', '', 'APP_ENV has no value.'],
		['PATH', '/bin', 'The starter sets PATH itself.'],
		['SET', 'x', 'SET is set already.'],
	])('%s=%s: %s', (name, value, problem) => {
		expect(variableProblem({name, value}, {SET: '1'}, own)).toEqual(problem);
	});

	test('an edited variable keeps its place, also under another name', () => {
		const before = {...draft, env: {A: '1', B: '2', C: '3'}};
		expect(Object.keys(setVariable(before, {name: 'X', value: '9'}, 'B').env)).toEqual(['A', 'X', 'C']);
		expect(Object.keys(removeVariable(before, 'B').env)).toEqual(['A', 'C']);
	});

	test.each([
		['DB_PASSWORD', 'x', true],
		['API_TOKEN', 'x', true],
		['AUTHOR', 'x', false],
		['KEYBOARD', 'x', false],
		['CERT', '-----BEGIN RSA PRIVATE KEY-----\nabc', true],
		['GH', 'ghp_abcdefghijklmnopqrstuvwxyz0123', true],
	])('%s=%s looks secret: %s', (name, value, expected) => {
		expect(looksSecret(name, value)).toBe(expected);
	});

	test('pasted lines: comments, export, quotes, PEM over lines, and what is wrong with a reason', () => {
		const text = [
			'# comment',
			'',
			'A=1',
			'export B="two words"',
			"PEM='-----BEGIN CERTIFICATE-----",
			'MIIB',
			"-----END CERTIFICATE-----'",
			'A=again',
			'PATH=/x',
			'nonsense',
			'C=x=y',
		].join('\r\n');
		const {variables, refused} = parseVariables(text, {}, own);
		expect(variables).toEqual([
			{name: 'A', value: '1'},
			{name: 'B', value: 'two words'},
			{name: 'PEM', value: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----'},
			{name: 'C', value: 'x=y'},
		]);
		expect(refused.map(({reason}) => reason)).toEqual([
			'A is set already.',
			'The starter sets PATH itself.',
			'This is not KEY=VALUE.',
		]);
	});
});

describe('undo and redo', () => {
	const edit = (composer: ReturnType<typeof composeNew>, name: string) =>
		editDraft(composer, {...draftOf(composer), packages: [...draftOf(composer).packages, named(name)]});
	const packagesOf = (composer: ReturnType<typeof composeNew>) => draftOf(composer).packages.map(({name}) => name);

	test('edits go back and forth; a new edit ends what could be redone', () => {
		const two = edit(edit(composeNew(starter), 'a'), 'b');
		expect(isUnsaved(two)).toBe(true);
		const back = undoEdit(undoEdit(two));
		expect(packagesOf(back)).toEqual([]);
		expect(packagesOf(redoEdit(back))).toEqual(['a']);
		expect(redoEdit(edit(undoEdit(two), 'c')).refusal).toBe('Nothing to redo.');
		expect(undoEdit(composeNew(starter)).refusal).toBe('Nothing to undo.');
	});
});

test('a name is checked as it is typed', () => {
	expect(nameProblem({...draft, name: 'php-api'}, [])).toBeNull();
	expect(nameProblem({...draft, name: 'php-api'}, ['php-api'])).toContain('already');
	expect(nameProblem({...draft, name: 'x'}, [])).toContain('2 to 40');
});
