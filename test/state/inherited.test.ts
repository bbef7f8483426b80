import {expect, test} from 'vitest';
import {inheritedParts} from '../../state/composer/inherited.ts';
import {emptyPreview, planFinished} from '../../state/preview/preview-pane.ts';
import {previewRows} from '../../state/preview/preview-rows.ts';
import {testComposition, testPlan, testStarter} from '../support/tui-services.ts';

const own = testComposition('web', {
	extends: ['corp'],
	packages: [{name: 'curl', version: null}],
	env: {APP: 'web'},
});
const whole = testComposition('web', {
	packages: [...own.packages, {name: 'tini', version: null}],
	env: {APP: 'web', PROXY: 'http://proxy'},
	bundles: ['corp-ca'],
});

test('what a composition inherits is what it does not say itself', () => {
	expect(inheritedParts(own, whole)).toEqual({
		from: ['corp'],
		packages: ['tini'],
		env: {PROXY: 'http://proxy'},
		bundles: ['corp-ca'],
	});
	expect(inheritedParts(testComposition('web'), testComposition('web'))).toBeNull();
});

test('the preview shows inherited parts with the rest, and that they are removed elsewhere', () => {
	const pane = planFinished(emptyPreview, 0, testPlan(whole, testStarter('php', ['8.4'])));
	const rows = previewRows(pane, own, inheritedParts(own, whole));
	const shown = rows.flatMap(row =>
		row.kind === 'package'
			? row.folder === 'added'
				? [[row.name, row.canRemove]]
				: []
			: 'isInherited' in row
				? [[row.name, !row.isInherited]]
				: [],
	);
	expect(shown).toEqual([
		['curl', true],
		['tini', false],
		['APP', true],
		['PROXY', false],
		['corp-ca', false],
	]);
});
