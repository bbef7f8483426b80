import type {Starter, StarterLine} from '../../src/catalog/starter.ts';
import type {SmokeTest} from '../../src/plan/composition.ts';
import {matchesFilter} from '../lists/filter.ts';
import {draftOf, type Composer} from './composer.ts';
import {configFields, configText, configTitles, type ConfigField} from './details.ts';
import {linesOf, type Draft} from './draft.ts';

/** A row of the details tab: what it is called, and its value as text. */
export type DetailRow = {readonly label: string; readonly value: string} & (
	| {readonly kind: 'name' | 'description' | 'variant'}
	| {
			readonly kind: 'config';
			readonly field: ConfigField;
			/** False: the value is the starter's. */
			readonly isOwn: boolean;
	  }
	| {readonly kind: 'line'; readonly line: StarterLine; readonly isTaken: boolean}
	/** Tests are written in the composition's file; null: there is none. */
	| {readonly kind: 'test'; readonly test: SmokeTest | null}
);

export type DetailKind = DetailRow['kind'];

/** Rows that pass the tab's filter. */
export function detailRows(composer: Composer, starter: Starter | null): readonly DetailRow[] {
	const draft = draftOf(composer);
	const filter = composer.filters.details.text;
	return allRows(draft, starter).filter(({label, value}) => matchesFilter(filter, label, [value]));
}

function allRows(draft: Draft, starter: Starter | null): readonly DetailRow[] {
	const taken = linesOf(draft, starter);
	return [
		{kind: 'name', label: 'Name', value: draft.name},
		{kind: 'description', label: 'Description', value: draft.description},
		{kind: 'variant', label: 'Variant', value: draft.variant},
		...configFields.map((field): DetailRow => {
			const own = configText(draft.config, field);
			const starters = taken[0] ? configText(taken[0].config, field) : '';
			// As in a Dockerfile: a new entrypoint leaves the starter's arguments behind.
			const isDropped = field === 'cmd' && draft.config.entrypoint !== undefined;
			const value = own || (isDropped ? '' : starters);
			return {kind: 'config', field, label: configTitles[field], value, isOwn: own !== ''};
		}),
		...(starter?.lines ?? []).map((line): DetailRow => {
			const value = `${line.version} ${line.suite}`;
			return {kind: 'line', label: `Line ${line.line}`, value, line, isTaken: taken.includes(line)};
		}),
		...testRows(draft.tests),
	];
}

function testRows(tests: readonly SmokeTest[]): readonly DetailRow[] {
	if (tests.length === 0) return [{kind: 'test', label: 'Tests', value: '', test: null}];
	return tests.map((test, at): DetailRow => {
		const label = tests.length === 1 ? 'Test' : `Test ${at + 1}`;
		return {kind: 'test', label, value: testText(test), test};
	});
}

/** `php -m: says “curl”` */
export function testText({run, expect}: SmokeTest): string {
	const wanted = [
		...(expect.stdout === undefined ? [] : [`says “${expect.stdout}”`]),
		...(expect.stderr === undefined ? [] : [`says “${expect.stderr}” on stderr`]),
		...(expect.exitCode === undefined || expect.exitCode === 0 ? [] : [`ends with ${expect.exitCode}`]),
	];
	return `${run.join(' ')}: ${wanted.length > 0 ? wanted.join(', ') : 'ends well'}`;
}
